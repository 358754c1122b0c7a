"""Which replies mean "stop": the whole of a reply, however it is typed, and no part of a longer one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.receipts.replies.stopping import means_stop, plain

STOPS = (
    "TD", "td", "Td.", " TD ", "ＴＤ", "TD!", "“TD”", "[TD]", "T", "n", "N.", "退订", "退訂", "退订。", "【退订】", "退订！！",
    "STOP", "stop", "Stop.", "S\u200bTOP", "STOP\n", "\tstop all", "Stop  All", "unsubscribe", "QUIT", "ｓｔｏｐ", "stop 🙏",
)  # fmt: skip
GOES_ON = (
    "", " ", "?", "。", "don't stop", "Stop by at nine?", "TD bank", "T-shirt", "NO", "Nice", "我不退订", "退订了吗",
    "How do I unsubscribe?", "stop it", "STOP1", "ok", "T N", "谢谢",
)  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_a_reply_that_is_nothing_but_a_word_of_the_list_means_stop(text: str) -> None:
    assert means_stop(text)


@pytest.mark.parametrize("text", GOES_ON)
def test_anything_else_does_not(text: str) -> None:
    assert not means_stop(text)


@given(st.text(alphabet=st.characters(categories=["P", "Z", "S"]), max_size=5), st.sampled_from(["TD", "退订", "stop"]))
def test_signs_around_the_word_change_nothing(around: str, word: str) -> None:
    if not plain(around):
        assert means_stop(f"{around}{word}{around}")


@given(st.text(max_size=40))
def test_a_word_with_another_before_it_never_means_stop(text: str) -> None:
    assert not means_stop(f"please {text} stop")


def test_the_words_are_a_setting_and_an_empty_one_is_none(settings: Any) -> None:
    settings.STOP_WORDS = ["Arrête", "", "。"]
    assert means_stop("ARRÊTE!")
    assert not means_stop("STOP")
    assert not means_stop("")
