"""Pages in the languages of the staff."""

import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import ngettext

from notifyadmin.web.navigation import ENTRIES
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogs(settings, tmp_path: Path) -> None:
    """Catalogs as the command compiles them, whatever was compiled before."""
    for source in Path(configured.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"):
        folder = tmp_path / source.parent.parent.name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        shutil.copy(source, folder)
    settings.LOCALE_PATHS = [tmp_path]
    call_command("compilecatalogs", verbosity=0)


def words_of(markup: str) -> list[str]:
    """Latin words that a reader would see, but the name of the application."""
    shown = strip_tags(re.sub(r"<(script|style|head)\b.*?</\1>", "", markup, flags=re.DOTALL))
    return [word for word in re.findall(r"[A-Za-z]+", shown) if word != "NotifyAdmin"]


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "登录"), ("zh-hant", "登入")])
def test_the_login_page_speaks_the_readers_language(client, language: str, title: str) -> None:
    page = client.get(reverse("login"), headers={"accept-language": language}).content.decode()
    assert f"<h1>{title}</h1>" in page
    assert f'<html lang="{language}"' in page
    assert words_of(page) == []


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "概览"), ("zh-hant", "總覽")])
def test_the_navigation_is_translated_to_the_last_entry(client, language: str, title: str) -> None:
    client.force_login(make_user(is_superuser=True))
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    page = client.get(reverse("overview")).content.decode()
    assert re.search(rf"<h1>\s*{title}\s*</h1>", page)
    navigation = re.search(r'<nav class="nav-side".*?</nav>', page, flags=re.DOTALL).group()
    assert navigation.count("<a ") == len(ENTRIES)
    assert words_of(navigation) == []


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "个接收人"), ("zh-hant", "位接收者")])
@pytest.mark.parametrize("count", [0, 1, 2, 1000])
def test_the_one_plural_form_names_every_number(language: str, shown: str, count: int) -> None:
    with translation.override(language):
        text = ngettext("%(count)s recipient", "%(count)s recipients", count) % {"count": count}
    assert text == f"{count}{shown}"
