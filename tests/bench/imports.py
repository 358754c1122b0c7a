"""Importing lists: against the ordinary way, against a bare COPY, XLSX against openpyxl, and memory."""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from campaigns.models import AudienceProblem, Campaign, Chunk, ListFile, ListPurpose, ListState, Recipient
from campaigns.models.campaign import CHUNK_SIZE
from campaigns.models.statuses import RecipientState
from campaigns.people.audience import formats
from campaigns.people.audience.importing import Plan, read_list
from providers.contract.abilities import Ability
from tests.campaigns.people.audience.workbooks import xlsx

from . import stage
from .benches import Bench
from .results import Figure, at_least, at_most, told
from .stacks import POSTGRES

ORDINARY_FACTOR = {POSTGRES: 8.0}
ORDINARY_FACTOR_ELSEWHERE = 6.0
BARE_SHARE = 0.75
XLSX_FACTOR = 5.0
MEMORY_MB = 150.0
TITLES = ("手机号", "姓名", "code")
PLAN = Plan(True, 0, ((1, "姓名"), (2, "code")), "CN")
SEED = 5
_serial = count(1)


def of_lists(bench: Bench) -> Iterator[Figure]:
    """All of it. Sides take turns; the median of the rounds counts."""
    with tempfile.TemporaryDirectory(prefix="na-bench-lists-") as name:
        folder = Path(name)
        yield from _of_csv(bench, folder)
        yield from _of_xlsx(bench, folder)
        yield from _of_memory(bench, folder)


def _of_csv(bench: Bench, folder: Path) -> Iterator[Figure]:
    size = bench.sizes.list
    path = csv_file(folder / "list.csv", size)
    make: dict[str, Callable[[], float]] = {
        "ours": lambda: ours(draft(bench), path),
        "ordinary": lambda: _ordinary(draft(bench), path),
        "bare": lambda: _bare(draft(bench), path),
    }
    seconds: dict[str, list[float]] = {side: [] for side in make}
    make["ours"]()
    for turn in range(bench.sizes.rounds):
        for side in sorted(make, reverse=bool(turn % 2)):
            seconds[side].append(make[side]())
            _settle()
    rate = {side: size / median(taken) for side, taken in seconds.items()}
    yield told(f"  {size:,} CSV rows imported", bench.stack, rate["ours"], "/s")
    yield told("  the same by csv, phonenumbers and bulk_create", bench.stack, rate["ordinary"], "/s")
    yield told("  the clean rows alone by COPY or executemany", bench.stack, rate["bare"], "/s")
    factor = ORDINARY_FACTOR.get(bench.stack, ORDINARY_FACTOR_ELSEWHERE)
    note = "1 % bad, 1 % repeated, a tenth from abroad; validated, deduplicated, problems kept, committed"
    yield at_least("import: against the ordinary way", bench.stack, rate["ours"] / rate["ordinary"], factor, "×", note)
    note = "the same table with its indexes and triggers; rows made before, one transaction"
    yield at_least("import: against a bare COPY", bench.stack, rate["ours"] / rate["bare"], BARE_SHARE, "", note)


def _of_xlsx(bench: Bench, folder: Path) -> Iterator[Figure]:
    size = bench.sizes.workbook
    path = folder / "list.xlsx"
    path.write_bytes(xlsx([TITLES, *people(size)]))
    ours_taken, theirs_taken = [], []
    for _ in range(bench.sizes.rounds):
        ours_taken.append(_timed(lambda: _read_ours(path, size)))
        theirs_taken.append(_timed(lambda: _read_by_openpyxl(path, size)))
    yield told(f"  {size:,} XLSX rows read", bench.stack, size / median(ours_taken), "/s")
    note = "openpyxl in its read-only mode, values only; both in this process"
    factor = median(theirs_taken) / median(ours_taken)
    yield at_least("XLSX: against openpyxl", bench.stack, factor, XLSX_FACTOR, "×", note)
    whole = ours(draft(bench), path)
    yield told(f"  {size:,} XLSX rows imported", bench.stack, size / whole, "/s")


def _of_memory(bench: Bench, folder: Path) -> Iterator[Figure]:
    size = bench.sizes.large
    path = csv_file(folder / "large.csv", size)
    command = [
        sys.executable,
        "-m",
        "tests.bench.importmemory",
        str(path),
        str(draft(bench).pk),
        str(draft(bench).pk),
    ]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    yield told(f"  {size:,} CSV rows imported", bench.stack, size / answer["seconds"], "/s")
    note = f"peak of a process of its own above what it had after a list of ten rows ({answer['idle']:.0f} MB)"
    yield at_most(f"memory: an import of {size:,}", bench.stack, answer["above"], MEMORY_MB, "MB", note)


def ours(campaign: Campaign, path: Path) -> float:
    """Seconds for the whole list, from the look at it to its last commit."""
    begun = time.perf_counter()
    found = formats.look(path, path.name)
    list_file = ListFile.objects.create(
        purpose=ListPurpose.AUDIENCE, campaign=campaign, state=ListState.READING, token=1, found=found.to_json()
    )
    assert read_list(list_file, path, found, PLAN, going=lambda: True)
    return time.perf_counter() - begun


def _ordinary(campaign: Campaign, path: Path) -> float:
    """As most applications do it: one object for each row."""
    import phonenumbers

    begun = time.perf_counter()
    seen: set[str] = set()
    recipients, problems = [], []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            typed = row["手机号"]
            try:
                parsed = phonenumbers.parse(typed, "CN")
                good = phonenumbers.is_possible_number(parsed)
            except phonenumbers.NumberParseException:
                good = False
            number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)[1:] if good else ""
            if not good or number in seen or campaign.account.gateway.number_problem(number, campaign.ability):
                cells = list(row.values())
                problems.append(AudienceProblem(campaign=campaign, row=line, number=typed, words="bad", cells=cells))
                continue
            seen.add(number)
            variables = {"姓名": row["姓名"], "code": row["code"]}
            recipients.append(
                Recipient(
                    campaign=campaign,
                    position=len(recipients) + 1,
                    number=number,
                    typed=typed,
                    row=line,
                    variables=variables,
                )
            )
    with transaction.atomic():
        Recipient.objects.bulk_create(recipients, batch_size=1000)
        AudienceProblem.objects.bulk_create(problems, batch_size=1000)
        Chunk.objects.bulk_create(_chunks(campaign, len(recipients)))
        Campaign.objects.filter(pk=campaign.pk).update(total=len(recipients))
    return time.perf_counter() - begun


def _chunks(campaign: Campaign, total: int) -> list[Chunk]:
    return [
        Chunk(
            campaign=campaign,
            number=number,
            first=first,
            last=min(first + CHUNK_SIZE - 1, total),
            next_attempt_at=timezone.now(),
        )
        for number, first in enumerate(range(1, total + 1, CHUNK_SIZE), 1)
    ]


def _bare(campaign: Campaign, path: Path) -> float:
    """Only the clean rows, made before, into the table."""
    rows = list(_clean(campaign, path))
    names = ", ".join((*_COLUMNS, *_SAME))
    tail = tuple(_SAME.values())
    if connection.vendor != "postgresql":
        places = ", ".join(["%s"] * (len(_COLUMNS) + len(tail)))
        statement = f"INSERT INTO campaigns_recipient ({names}) VALUES ({places})"  # noqa: S608
        whole = [(*row, *tail) for row in rows]
        return _timed(lambda: _in_one_go(lambda cursor: cursor.executemany(statement, whole)))
    text = "".join("\t".join(map(str, (*row, *tail))) + "\n" for row in rows)
    blocks = [text[start : start + 65536] for start in range(0, len(text), 65536)]

    def copy(cursor: Any) -> None:
        with cursor.copy(f"COPY campaigns_recipient ({names}) FROM STDIN") as into:
            for block in blocks:
                into.write(block)

    return _timed(lambda: _in_one_go(copy))


_COLUMNS = ("campaign_id", "position", "number", "typed", "row", "variables")
_SAME: dict[str, str | int] = {
    "state": RecipientState.PENDING.value,
    **dict.fromkeys(("failure", "reason", "code", "raw", "provider_id", "cost", "currency"), ""),
    "attempts": 0,
}


def _clean(campaign: Campaign, path: Path) -> Iterator[tuple[Any, ...]]:
    """The rows as they should come out; numbers are made so that this is simple."""
    seen: set[str] = set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, (typed, name, code) in enumerate(list(csv.reader(file))[1:], 2):
            number = typed[1:] if typed.startswith("+") else f"86{typed}"
            if typed.isalpha() or number in seen:
                continue
            seen.add(number)
            ascii_only = connection.vendor != "postgresql"
            variables = json.dumps({"姓名": name, "code": code}, ensure_ascii=ascii_only)
            yield campaign.pk, len(seen), number, typed, line, variables


def _in_one_go(write: Callable[[Any], object]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        write(cursor)


def _read_ours(path: Path, size: int) -> None:
    assert sum(1 for _ in formats.rows(path, formats.look(path, path.name))) == size + 1


def _read_by_openpyxl(path: Path, size: int) -> None:
    import openpyxl

    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    assert sum(1 for _ in sheet.iter_rows(values_only=True)) == size + 1


def csv_file(path: Path, size: int) -> Path:
    """A list of *size* rows as Excel writes it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([TITLES, *people(size)])
    return path


def people(size: int) -> Iterator[tuple[str, str, str]]:
    """*size* rows: one in a hundred is bad, one in a hundred repeats an earlier one, one in ten is from abroad."""
    chance = random.Random(SEED)
    for place in range(size):
        kind = chance.randrange(100)
        number = f"1{chance.choice('3589')}{(place * 7919) % 1_000_000_000:09d}"
        if kind == 0:
            number = "none"
        elif kind == 1 and place:
            number = "13000000000"
        elif kind < 12:
            number = f"+62812{(place * 7919) % 100_000_000:08d}"
        yield number, f"王{place % 977}", str(100000 + place)


def draft(bench: Bench) -> Campaign:
    """A campaign to read a list into."""
    shape = stage.batch(Ability.SMS)
    account = stage.account(shape, bench.gateway.url)
    return Campaign.objects.create(
        name=f"list {os.getpid()} {next(_serial)}", kind=shape.kind, account=account, text="{姓名}: {code}"
    )


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _settle() -> None:
    """What a database does later because of one side must not be counted to the next."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
