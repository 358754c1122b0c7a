"""Templates and style sheets can be read, and reviewed line by line."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import style_sheets

PROJECT = Path(__file__).resolve().parents[2]
WIDE = 120
LONG = 160
UNTOUCHED = "{# djangofmt:ignore #}"
"""Stands above a text of which every space is shown, so that it cannot be broken."""

TEXT = re.compile(
    r"\{% translate (?P<quote>['\"]).*?(?P=quote)(?: [^%]*)?%\}"
    r"|\{% blocktranslate\b.*?\{% endblocktranslate %\}"
    r"|\{% blocktranslate trimmed [^%]*%\}"
)


def templates() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.html"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [PROJECT / line for line in listed.stdout.splitlines() if (PROJECT / line).is_file()]


def too_wide(text: str) -> Iterator[int]:
    """Numbers of lines that are over the width for another reason than one text for people."""
    before = ""
    for number, line in enumerate(text.splitlines(), 1):
        if len(TEXT.sub("", line, count=1)) > WIDE and UNTOUCHED not in (before.strip(), line[: len(UNTOUCHED)]):
            yield number
        before = line


def test_there_are_templates_to_look_at() -> None:
    assert len(templates()) > 100


def test_a_line_of_a_template_is_narrow_unless_it_is_a_text() -> None:
    assert [f"{path}:{number}" for path in templates() for number in too_wide(path.read_text())] == []


def test_no_template_is_long() -> None:
    assert [path for path in templates() if len(path.read_text().splitlines()) > LONG] == []


@pytest.mark.parametrize(
    ("line", "is_too_wide"),
    [
        ("<p>" * 41, True),
        ("<p>" * 40, False),
        ('{% translate "' + "word " * 40 + '" %}', False),
        ("data-broken=\"{% translate '" + "word " * 40 + "' %}\"", False),
        ('{% translate "' + "word " * 40 + '" %}' + "<p>" * 41, True),
        ('{% translate "' + "word " * 24 + '" %}{% translate "' + "word " * 24 + '" %}', True),
        (f"{UNTOUCHED}\n<div>" + "{{ piece }}" * 12 + "</div>", False),
        ("{# other #}\n<div>" + "{{ piece }}" * 12 + "</div>", True),
    ],
)
def test_only_a_text_may_be_wide(line: str, is_too_wide: bool) -> None:
    assert bool(list(too_wide(line))) == is_too_wide


def test_the_style_sheets_are_laid_out() -> None:
    assert len(style_sheets.style_sheets()) > 5
    assert [path for path, _ in style_sheets.not_laid_out()] == []
    assert style_sheets.laid_out("a{color:red}b > i{top:0;left:0}") == (
        "a {\n  color: red\n}\n\nb > i {\n  top: 0;\n  left: 0\n}\n"
    )


def test_the_templates_are_laid_out() -> None:
    formatter = Path(sys.executable).with_name("djangofmt")
    checked = subprocess.run(
        [formatter, "--check", "templates"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
