"""The commands of a page of the documents, and running them as a reader does."""

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "operations" / "backup-and-restore.md"
PYTHON = ".venv/bin/python "
MANAGE = f"{PYTHON}manage.py "


@dataclass(frozen=True, slots=True)
class Block:
    """Commands that stand together, the heading they stand under, and the language they are marked with."""

    heading: str
    language: str
    lines: Sequence[str]


def blocks(page: Path = PAGE) -> list[Block]:
    """In the order of the page."""
    found: list[Block] = []
    heading, language, lines = "", "", []
    for line in page.read_text().splitlines():
        if line.startswith("```"):
            if language:
                found.append(Block(heading, language, tuple(lines)))
            language, lines = ("" if language else line[3:].strip()), []
        elif language:
            lines.append(line)
        elif line.startswith("#"):
            heading = line.strip("# ")
    return found


def commands(heading: str) -> list[str]:
    """The lines for a shell below *heading*. Raises LookupError if the page has none."""
    found = [line for block in blocks() if (block.heading, block.language) == (heading, "sh") for line in block.lines]
    if not found:
        raise LookupError(f"the page has no commands below {heading!r}")
    return found


def is_for(stack: str, line: str) -> bool:
    """Whether a command is for this database (``sqlite`` or ``postgres``), where the page has some for each."""
    of_postgres = line.startswith(("psql ", "pg_restore ")) or "DATABASE_URL" in line
    of_sqlite = ".sqlite3" in line or '"$DATA/lost"' in line or ("HOLD_SENDING" in line and not of_postgres)
    return not (of_sqlite if stack == "postgres" else of_postgres)


class Reader:
    """Runs lines of the page, and remembers them. ``done`` are those that were run, in their order.

    *values* replace what the page names as an example; *instead* says what to do for lines that need a machine of
    their own.
    """

    def __init__(self, values: Mapping[str, str], instead: Mapping[str, Callable[[], None]]) -> None:
        self._values, self._instead = values, instead
        self.done: list[str] = []

    def run(self, lines: Sequence[str], **environment: str) -> str:
        """Run them one after the other; returns what they said. Raises AssertionError if one fails."""
        return "".join(self._run(line, environment) for line in lines)

    def _run(self, line: str, environment: Mapping[str, str]) -> str:
        self.done.append(line)
        if line in self._instead:
            self._instead[line]()
            return ""
        if line.startswith(MANAGE):
            # The shell only takes the line apart: another process would import everything once more.
            words = self._shell(f"printf '%s\\n' {line.removeprefix(PYTHON)}", line, environment).splitlines()
            return _manage(words)
        return self._shell(line, line, environment)

    def _shell(self, script: str, line: str, environment: Mapping[str, str]) -> str:
        done = subprocess.run(
            ["bash", "-c", self._filled("\n".join(["set -euo pipefail", *commands_of_the_beginning(), script]))],
            cwd=PROJECT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _filled(self, script: str) -> str:
        for example, value in {PYTHON: f"{sys.executable} ", **self._values}.items():
            script = script.replace(example, value)
        return script


def _manage(words: Sequence[str]) -> str:
    """What a command says that is typed as *words*, the first of them ``manage.py``."""
    from django.core.management import execute_from_command_line
    from django.db import connections

    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            execute_from_command_line(list(words))
    except SystemExit as end:
        assert not end.code, f"{' '.join(words)}\n{said.getvalue()}"
    finally:
        connections.close_all()
    return said.getvalue()


def commands_of_the_beginning() -> list[str]:
    """The names in capitals. There is no newest backup before the first one was taken."""
    return [re.sub(r"^BACKUP=.*", r"\g<0> 2>/dev/null || true", line) for line in commands("Backup and restore")]
