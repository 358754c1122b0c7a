"""The translation catalogs are complete, agree with the source, and are each in one script."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings

from tests.conftest import require

PROJECT = Path(__file__).resolve().parents[2]
LOCALE = PROJECT / "notifyadmin" / "locale"
SOURCES = ("campaigns", "notifyadmin", "providers", "templates")
CATALOGS = ("zh_Hans", "zh_Hant")

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w+\}", re.ASCII)
TAG = re.compile(r"</?\w[^>]*>")
HAN = re.compile(r"[\u4e00-\u9fff]")

# A character set of each script finds most strays; these few of the other script are in it all the same.
CHARACTER_SETS = {"zh_Hans": "gb2312", "zh_Hant": "big5"}
TELLTALES = {
    "zh_Hans": set("帳戶語檔設錄資訊範後於"),
    "zh_Hant": set("账户语档设录资讯范与么价体几听怀据机种适"),
}

MARKS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}

Key = tuple[str, str, str]


def catalog(name: str, locale: Path = LOCALE) -> polib.POFile:
    return polib.pofile(str(locale / name / "LC_MESSAGES" / "django.po"))


def keys(entries: polib.POFile) -> set[Key]:
    return {(entry.msgctxt or "", entry.msgid, entry.msgid_plural) for entry in entries}


def pairs(entries: polib.POFile) -> Iterator[tuple[str, str]]:
    """Source and translation; where there is a plural, its form that names the number."""
    for entry in entries:
        for translation in entry.msgstr_plural.values() or [entry.msgstr]:
            yield entry.msgid_plural or entry.msgid, translation


@pytest.mark.parametrize("name", CATALOGS)
def test_every_string_is_translated_by_somebody(name: str) -> None:
    entries = catalog(name)
    assert [entry.msgid for entry in entries.untranslated_entries()] == []
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []
    assert [entry.msgid for entry in entries.obsolete_entries()] == []
    assert entries.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert len(entries) > 500


@pytest.mark.parametrize("name", CATALOGS)
@pytest.mark.parametrize("part", [PLACEHOLDER, TAG], ids=["placeholders", "tags"])
def test_a_translation_holds_what_its_source_holds(name: str, part: re.Pattern[str]) -> None:
    differing = [
        (source, translation)
        for source, translation in pairs(catalog(name))
        if sorted(part.findall(source)) != sorted(part.findall(translation))
    ]
    assert differing == []


@pytest.mark.parametrize("name", CATALOGS)
def test_a_catalog_keeps_to_its_script(name: str) -> None:
    strays = [
        (character, translation)
        for _, translation in pairs(catalog(name))
        for character in HAN.findall(translation)
        if character in TELLTALES[name] or not character.encode(CHARACTER_SETS[name], "ignore")
    ]
    assert strays == []


def test_both_catalogs_hold_the_same_strings_and_the_names_of_the_languages() -> None:
    simplified, traditional = (keys(catalog(name)) for name in CATALOGS)
    assert simplified == traditional
    english = {str(name) for _, name in settings.LANGUAGES}
    assert english <= {msgid for _, msgid, _ in simplified}


def test_the_catalogs_hold_exactly_the_strings_of_the_source(tmp_path: Path) -> None:
    require("gettext", shutil.which("xgettext") is not None, "collecting strings needs gettext")
    for source in SOURCES:
        shutil.copytree(PROJECT / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    shutil.copy(PROJECT / "manage.py", tmp_path)
    subprocess.run([sys.executable, "manage.py", "collectmessages", "-v0"], cwd=tmp_path, check=True, timeout=120)
    for name in CATALOGS:
        collected, kept = keys(catalog(name, tmp_path / "notifyadmin" / "locale")), keys(catalog(name))
        assert (collected - kept, kept - collected) == (set(), set()), "run `make messages` and translate what is new"


def marked_strings(path: Path) -> Iterator[str]:
    """First texts of all calls that mark a string, under whatever name a module imports the mark."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {name: name for name in MARKS} | {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in MARKS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            text = node.args[1 if names[node.func.id].startswith("pgettext") else 0]
            if isinstance(text, ast.Constant):
                yield str(text.value)


def test_no_marked_string_is_hidden_from_the_collection() -> None:
    """The tool overlooks a mark under another name than its own or ``_``, and one inside an f-string."""
    known = {msgid for _, msgid, _ in keys(catalog("zh_Hans"))}
    modules = [path for source in SOURCES for path in sorted((PROJECT / source).rglob("*.py"))]
    hidden = [(path.name, text) for path in modules for text in marked_strings(path) if text not in known]
    assert hidden == []
