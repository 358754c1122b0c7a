"""Tags and filters that every page uses."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from notifyadmin.web import badges
from notifyadmin.web.templatetags import web
from notifyadmin.web.words import in_words
from providers.contract.words import Words


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800138000", "138 0013 8000"),
        ("8613800138000", "138 0013 8000"),
        ("+8613800138000", "138 0013 8000"),
        ("919812345678", "+91 98123 45678"),
        ("862151230029", "+86 21 5123 0029"),
        ("12", "12"),
        ("", ""),
        (None, ""),
        ("not a number", "not a number"),
        ("١٢٣", "١٢٣"),
    ],
)
def test_numbers_are_grouped_for_reading(number, shown):
    assert web.phone(number) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ("", ""),
        (0, "0 s"),
        (0.512, "0.51 s"),
        (9, "9 s"),
        (14.4, "14 s"),
        (59.6, "1 min 0 s"),
        (125, "2 min 5 s"),
    ],
)
def test_lengths_are_short(value, shown):
    assert web.seconds(value) == shown


def test_a_stored_sentence_is_translated_where_it_is_shown():
    with translation.override("zh-hans"):
        assert in_words("Active") == translation.gettext("Active")


@pytest.mark.parametrize(
    ("words", "values", "shown"),
    [
        (Words("Wait %(n)s s.", {"n": 3}), None, "Wait 3 s."),
        (Words("Wait %(n)s s.", {"n": 3}).pack(), None, "Wait 3 s."),
        ("Wait %(n)s s.", {"n": 3}, "Wait 3 s."),
        (Words("100 % sure").pack(), None, "100 % sure"),
        ("Wait %(n)s s.", {"other": 3}, "Wait %(n)s s."),
        ('{"text"broken', None, '{"text"broken'),
        ('{"text": 1}', None, '{"text": 1}'),
        ('{"text": "a", "values": [1]}', None, '{"text": "a", "values": [1]}'),
        ("", None, ""),
        (None, None, ""),
    ],
)
def test_sentences_carry_their_values(words, values, shown):
    assert in_words(words, values) == shown


def test_a_bar_adds_up_and_hides_nobody():
    bar = web.states_bar([("delivered", "Delivered", 999_999), ("unknown", "Unknown", 1), ("held", "Held", 0)])
    rects = [(float(x), float(width)) for x, width in re.findall(r'x="([\d.]+)" width="([\d.]+)"', bar)]
    assert len(rects) == 2
    assert rects[1][1] >= 1
    assert rects[-1][0] + rects[-1][1] <= 1000
    assert "Unknown 1" in bar
    assert "style" not in bar


def test_a_bar_of_nothing_is_no_error():
    assert "<rect" not in web.states_bar([("held", "Held", 0)])


def test_labels_of_others_are_escaped():
    assert "<i>" not in web.state_badge("held", "<i>")
    assert "<i>" not in web.states_legend([("held", "<i>", 1)])
    assert "<i>" not in web.chipped("<i>【变量】", "【变量】")


def test_a_word_keeps_its_colour():
    badges.register({"test-word": "held"})
    badges.register({"test-word": "held"})
    assert badges.token("test-word") == "held"
    with pytest.raises(ValueError, match="already"):
        badges.register({"test-word": "delivered"})
    with pytest.raises(ValueError, match="not a colour"):
        badges.register({"other-word": "pink"})
    assert badges.token("never heard of") == "pending"


def test_a_time_tells_its_zone():
    now = timezone.now()
    assert timezone.get_current_timezone_name() in web.moment(now)
    assert len(web.moment(now - timedelta(days=800))) > len(web.moment(now))
    assert web.moment(None) == ""
