"""SQL in strings names tables and columns that the models have, and which database it is for is asked in one place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PARTS = ("campaigns", "providers", "notifyadmin")
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|WHERE|TABLE|INTO)\b")
TABLE = re.compile(r"\b(?:campaigns|providers)_[a-z]+\b(?!\.\w*\()")
INSERT = re.compile(r"INSERT INTO\s+((?:campaigns|providers)_\w+)\s*\(([^()]*)\)")
COLUMN = re.compile(r"\b((?:campaigns|providers)_[a-z]+)\.(\w+)")
ALIAS = re.compile(r"(?:FROM|JOIN|UPDATE)\s+((?:campaigns|providers)_[a-z]+)(?:\s+AS)?\s+([a-z])\b(?!\w)")
HOLE = "\0"
"""Stands for what is put into a text only when it is used."""


def sources() -> list[Path]:
    files = (path for part in PARTS for path in sorted((ROOT / part).rglob("*.py")))
    return [path for path in files if "migrations" not in path.parts]


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a file, pieces of one f-string as one, without what stands in docstrings."""
    tree = ast.parse(path.read_text())
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {
        id(piece)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for piece in ast.walk(node)
        if piece is not node
    }
    for node in ast.walk(tree):
        if id(node) in told or id(node) in inside:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(one.value) if isinstance(one, ast.Constant) else HOLE for one in node.values)


def statements() -> list[tuple[str, str]]:
    found = ((f"{path.relative_to(ROOT)}:{line}", text) for path in sources() for line, text in texts(path))
    return [(place, text) for place, text in found if SQL.search(text)]


def tables() -> dict[str, set[str]]:
    """The columns of every table."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: {field.column for field in model._meta.concrete_fields} for model in models}


def unknown(text: str, known: dict[str, set[str]]) -> list[str]:
    """What the SQL in *text* names that is nowhere in the models."""
    wrong = [name for name in TABLE.findall(text) if name not in known]
    for table, listed in INSERT.findall(text):
        names = [name.strip(' "\n') for name in listed.split(",")]
        wrong += [f"{table}.{name}" for name in names if name.isidentifier() and name not in known.get(table, set())]
    wrong += [f"{table}.{name}" for table, name in COLUMN.findall(text) if name not in known.get(table, set())]
    return wrong + [f"{table}.{name}" for table, name in of_aliases(text) if name not in known.get(table, set())]


def of_aliases(text: str) -> Iterator[tuple[str, str]]:
    """Columns that are named by a letter, where the letter stands for one table only."""
    meant: dict[str, set[str]] = {}
    for table, letter in ALIAS.findall(text):
        meant.setdefault(letter, set()).add(table)
    for letter, named in meant.items():
        if len(named) == 1 and HOLE + letter not in text:
            yield from ((*named, name) for name in re.findall(rf"(?<![\w.]){letter}\.([a-z_]+)\b(?!\()", text))


def test_sql_names_only_tables_and_columns_that_the_models_have() -> None:
    known = tables()
    assert [(place, wrong) for place, text in statements() if (wrong := unknown(text, known))] == []


def test_there_is_sql_to_be_looked_through() -> None:
    assert len(statements()) > 100


@pytest.mark.parametrize(
    ("sql", "wrong"),
    [
        ("SELECT number FROM campaigns_recipient", []),
        ("SELECT number FROM campaigns_recipent", ["campaigns_recipent"]),
        ("INSERT INTO campaigns_recipient (campaign_id, numbr) VALUES (1, 2)", ["campaigns_recipient.numbr"]),
        ("UPDATE campaigns_chunk SET token = campaigns_chunk.tokn", ["campaigns_chunk.tokn"]),
        ("SELECT r.nmber FROM campaigns_recipient r", ["campaigns_recipient.nmber"]),
    ],
)
def test_a_name_that_was_misspelt_is_found(sql: str, wrong: list[str]) -> None:
    assert unknown(sql, tables()) == wrong


def test_which_database_it_is_is_asked_in_one_place_only() -> None:
    asking = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        if (ROOT / "notifyadmin" / "db") not in path.parents
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "vendor"
    ]
    assert asking == []
