"""What the documents say of the house is so."""

import re
from pathlib import Path

import pytest

from tests.shape import house, imports, texts
from tests.shape.source import ROOT, modules, tracked

GLOSSARY = ROOT / "docs/glossary.md"
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md")]

READ_BY_OTHERS = {"PORT", "HOST"}
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
_ENV = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')
_HEAD = re.compile(r"^# (\d+)\. .+\n\nDate: 2\d{3}-\d\d-\d\d\. Status: (accepted|replaced)\.")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def settings_of_the_readme() -> set[str]:
    table = text_of(ROOT / "README.md").partition("| setting | meaning |")[2].partition("\n\n")[0]
    return {name for line in table.splitlines() for name in _CODE.findall(line.partition(" | ")[0]) if name.isupper()}


def test_every_setting_stands_in_the_readme_and_every_setting_there_is_read() -> None:
    read = set(_ENV.findall(text_of(ROOT / "notifyadmin/settings.py")))
    assert len(read) > 40
    assert settings_of_the_readme() == read


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_links_to_is_there(path: Path) -> None:
    assert [link for link in _LINK.findall(text_of(path)) if not (path.parent / link).exists()] == []


def stands_somewhere(name: str) -> bool:
    known = {str(one) for one in tracked()}
    return any(one == name or one.endswith(f"/{name}") or f"/{name.rstrip('/')}/" in f"/{one}" for one in known)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_folder_that_a_document_names_is_there(path: Path) -> None:
    named = [name for name in _CODE.findall(text_of(path)) if re.fullmatch(r"[\w.\-/]+(/|\.(py|html|md|toml))", name)]
    in_data = {"media/", "lists/", "pushes/", "departures/", "exports/", "var/"}
    assert [name for name in named if name not in in_data and not stands_somewhere(name)] == []


def test_the_architecture_names_every_wing() -> None:
    table = text_of(ROOT / "docs/architecture.md").partition("| wing |")[2].partition("\n\n")[0]
    wings = {name.removeprefix("campaigns.") for layer in imports.order() for name in layer}
    named = {name.removeprefix("campaigns/").removesuffix(".py").strip("/") for name in _CODE.findall(table)}
    assert named >= wings


def test_the_picture_of_the_house_is_up_to_date() -> None:
    assert text_of(house.PICTURE) == house.drawing(), "run `make picture-of-house`"


def test_every_decision_has_its_number_a_date_and_a_status() -> None:
    heads = {path.name: _HEAD.match(text_of(path)) for path in DECISIONS}
    assert [name for name, head in heads.items() if not head or int(head[1]) != int(name[:4])] == []
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def words_of_the_glossary() -> list[str]:
    table = text_of(GLOSSARY).partition("## Retired")[0]
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", table, re.MULTILINE)
    return [word.strip() for row in rows[2:] for word in row.split(",")]


def test_no_retired_word_comes_back() -> None:
    assert len(texts.retired()) > 5
    assert texts.retired_in_use() == []


def test_every_word_of_the_glossary_is_in_use_and_none_is_retired() -> None:
    everything = "\n".join(module.text for module in modules().values()).lower()
    everything += "\n".join(text_of(ROOT / one) for one in tracked() if one.suffix == ".html").lower()
    words = words_of_the_glossary()
    assert len(words) == len(set(words)) > 40
    assert [word for word in words if word.lower() not in everything] == []
    assert set(words) & texts.retired() == set()
