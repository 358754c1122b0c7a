"""The shell around every page, and the installation's own doors."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from notifyadmin.web.views import Page
from tests.factories import make_account, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_user(is_superuser=True))
    return client


def test_a_page_brings_no_inline_script_and_no_inline_style(staff, fake_gateway):
    account = make_account()
    for name, args in [("list", []), ("choose", []), ("detail", [account.pk]), ("edit", [account.pk])]:
        response = staff.get(reverse(f"providers:accounts:{name}", args=args))
        page = response.content.decode()
        assert not re.search(r"\sstyle=|<style|\son\w+=", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "style-src 'self'" in policy


def test_everything_a_page_loads_is_our_own_and_exists(staff):
    page = staff.get(reverse("providers:accounts:list")).content.decode()
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', page)
    assert len(loaded) >= 5
    for address in loaded:
        assert address.startswith("/static/")
        assert finders.find(address.removeprefix("/static/")), address


def test_the_navigation_shows_only_what_the_viewer_may_open(client):
    client.force_login(make_user("providers.view_voicefile"))
    page = client.get(reverse("providers:voicefiles:list")).content.decode()
    assert f'href="{reverse("providers:voicefiles:list")}" aria-current="page"' in page
    assert f'href="{reverse("providers:accounts:list")}"' not in page
    assert "Set-up" not in page


def test_an_empty_list_says_the_next_step_only_to_those_who_may_take_it(client):
    client.force_login(make_user("providers.view_account"))
    page = client.get(reverse("providers:accounts:list")).content.decode()
    assert "No account yet" in page
    assert reverse("providers:accounts:choose") not in page
    client.force_login(make_user("providers.view_account", "providers.add_account"))
    assert reverse("providers:accounts:choose") in client.get(reverse("providers:accounts:list")).content.decode()


def test_a_filter_that_fits_nothing_offers_to_clear_it(staff):
    make_account("gone")
    page = staff.get(reverse("providers:accounts:list"), {"name": "zzz"}).content.decode()
    assert "Nothing matches" in page
    assert "No account yet" not in page


def test_the_language_is_chosen_by_those_who_are_logged_in(client, staff):
    staff.post(reverse("language"), {"language": "zh-hans", "next": "/accounts/"})
    assert 'lang="zh-hans"' in staff.get(reverse("providers:accounts:list")).content.decode()
    client.logout()
    assert client.post(reverse("language"), {"language": "en"}).url.startswith(reverse("login"))


def test_the_language_link_does_not_lead_elsewhere(staff):
    response = staff.post(reverse("language"), {"language": "en", "next": "https://evil.example.com/"})
    assert "evil" not in response.url


@pytest.mark.parametrize("accepted", ["en", "zh-hans", "zh-hant"])
def test_the_login_page_follows_the_browser(client, accepted):
    page = client.get(reverse("login"), HTTP_ACCEPT_LANGUAGE=accepted).content.decode()
    assert f'<html lang="{accepted}"' in page


def test_wrong_passwords_get_one_answer_for_known_and_unknown_names(client):
    user = make_user()
    answers = set()
    for name in (user.username, "nobody"):
        page = client.post(reverse("login"), {"username": name, "password": "wrong"}).content.decode()
        answers.add(re.search(r'role="alert">\s*<div>(.*?)</div>', page).group(1))
    assert len(answers) == 1


def test_a_lost_session_sends_a_fragment_to_the_login_page_as_a_whole(client):
    response = client.get(reverse("providers:voicetemplates:preview"), HTTP_HX_REQUEST="true")
    assert response["HX-Redirect"].startswith(reverse("login"))


def test_health_is_open_and_knows_its_database(client, monkeypatch):
    assert client.get(reverse("health")).json() == {"status": "ok"}

    def fail():
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", fail)
    response = client.get(reverse("health"))
    assert (response.status_code, response.json()["status"]) == (503, "failing")


def test_a_page_without_a_declared_permission_does_not_answer():
    class Forgotten(Page):
        template_name = "generic/detail.html"

        def get(self, request):
            return HttpResponse("open")

    request = RequestFactory().get("/")
    request.user = make_user(is_superuser=True)
    with pytest.raises(ImproperlyConfigured):
        Forgotten.as_view()(request)


def test_what_is_not_there_says_so_in_our_own_look(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()
