"""The list of recipients in the browser: narrowed, in other columns, chosen from, and exported."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import require

from .chromium import CHROMIUM
from .stack import FEWER, PROJECT, Run, running
from .staff import SMALL, WIDE, too_wide_at

pytestmark = pytest.mark.browser
pytest_plugins = ["tests.journeys.browser"]
expect.set_options(timeout=45_000)

PEOPLE = 120
NAMES = ("陈晓明", "=1+1", "Anna", "12345678901234567890")
MAKE = """
import json, sys
from campaigns.models import Campaign, Recipient
from providers import registry
from providers.contract.abilities import Ability
from providers.models import Account
names = json.loads({names!r})
able = lambda account: registry.get(account.provider).able_to(Ability.VOICE_TEXT)
account = next(filter(able, Account.objects.order_by("pk")))
campaign = Campaign.objects.create(name="Followed", kind="voice_text", text="Hello", account=account,
    total={people}, columns=["name"], state="finished")
states = ("delivered", "delivered", "undelivered", "unknown")
Recipient.objects.bulk_create(Recipient(campaign=campaign, position=n, number=str(8613800000000 + n),
    variables=dict(name=names[n % 4]), state=states[n % 4], failure="busy" if n % 4 == 2 else "",
    reason="The line was busy." if n % 4 == 2 else "", code="486" if n % 4 == 2 else "")
    for n in range(1, {people} + 1))
print("campaign", campaign.pk)
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Run]:
    """As anywhere, but workbooks of more than fifty rows are written in the background."""
    require("browser", Path(CHROMIUM).exists(), "there is no Chromium")
    with running(**FEWER, EXPORT_AT_ONCE_XLSX="50") as run:
        yield run


@pytest.fixture(scope="module")
def address(stack: Run) -> str:
    """The list of a campaign with everything in it."""
    code = MAKE.format(names=json.dumps(NAMES), people=PEOPLE)
    command = [sys.executable, "manage.py", "shell", "-c", code]
    done = subprocess.run(
        command, cwd=PROJECT, env=stack.installation.environment(), check=True, capture_output=True, text=True
    )
    return f"/campaigns/{done.stdout.rpartition('campaign ')[2].strip()}/recipients/"


def rows(page: Page) -> Locator:
    return page.locator("#results tbody tr")


def shown(page: Page) -> list[list[str]]:
    """The cells of the page without the boxes, with the numbers as files have them."""
    found = page.eval_on_selector_all(
        "#results tbody tr", "rows => rows.map(row => [...row.cells].slice(1).map(cell => cell.innerText.trim()))"
    )
    return [["+86" + cells[0].replace(" ", ""), *cells[1:]] for cells in found]


def titles(page: Page) -> list[str]:
    return list(page.locator("#results thead th").all_inner_texts()[1:])


def test_filters_stand_in_the_address_and_narrow_without_a_reload(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("window.isUntouched = true")
    expect(rows(page)).to_have_count(50)
    expect(page.locator(".table-foot")).to_contain_text("1 to 50 of 120")
    page.get_by_role("combobox", name="State", exact=True).select_option(label="Undelivered (30)")
    expect(rows(page)).to_have_count(30)
    page.get_by_role("combobox", name="Reason", exact=True).select_option(
        label="Undelivered · Line busy: The line was busy."
    )
    expect(page).to_have_url(re.compile("reason=undelivered"))
    page.get_by_role("searchbox", name="Number or last digits").fill("0042")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("138 0000 0042")
    assert page.evaluate("window.isUntouched")
    page.reload()
    expect(rows(page)).to_have_count(1)
    page.goto(address)
    page.get_by_role("searchbox", name="Text").fill("晓明")
    expect(rows(page)).to_have_count(30)


def test_pages_are_leafed_through_and_a_row_is_gone_to(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Last", exact=True).click()
    expect(page.locator(".table-foot")).to_contain_text("71 to 120 of 120")
    page.get_by_role("link", name="First", exact=True).click()
    expect(page.locator(".table-foot")).to_contain_text("1 to 50 of 120")
    page.get_by_label("Go to row").fill("100")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.locator(".table-foot")).to_contain_text("100 to 120 of 120")


def test_an_export_opened_again_is_equal_to_the_page(page: Page, address: str) -> None:
    choose_columns(page, address, "Reason", "name", "State")
    page.get_by_role("combobox", name="State", exact=True).select_option(label="Undelivered (30)")
    expect(rows(page)).to_have_count(30)
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="CSV", exact=True).click()
    text = Path(downloading.value.path()).read_text("utf-8")
    assert text.startswith("\ufeff")
    cells = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert cells[0] == titles(page)
    assert [[cell.removeprefix("'") for cell in row] for row in cells[1:]] == shown(page)


def test_a_long_workbook_is_written_in_the_background_and_announced_where_its_owner_is(
    page: Page, address: str
) -> None:
    choose_columns(page, address, "State", "name")
    expected = shown(page)
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("link", name="Excel (XLSX)", exact=True).click()
    expect(page.get_by_text("up to 120 rows")).to_be_visible()
    page.get_by_role("button", name="Write it in the background").click()
    expect(page.get_by_role("heading", name="Exports")).to_be_visible()
    expect(page.locator("#exports")).to_contain_text("Ready")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download").first.click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(downloading.value.path()).read_bytes())).active
    found = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert found[1:51] == expected
    assert len(found) == PEOPLE + 1
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_ticked_people_are_put_on_the_suppression_list_after_a_question(page: Page, address: str) -> None:
    page.goto(address)
    for number in ("138 0000 0001", "138 0000 0002"):
        page.get_by_role("checkbox", name=number).check()
    page.get_by_role("button", name="Put on the suppression list").click()
    expect(page.locator(".meta")).to_contain_text("2 people")
    page.get_by_role("button", name="Put on the suppression list: 2").click()
    expect(page.locator("#messages")).to_contain_text("2 numbers were added.")


def test_everybody_who_fits_is_sent_to_again_as_a_draft(page: Page, address: str) -> None:
    page.goto(f"{address}?state=undelivered")
    page.get_by_label("all 30").check()
    page.get_by_role("button", name="Send again to…").click()
    expect(page.get_by_text("Line busy")).to_be_visible()
    page.get_by_role("button", name="Make a draft of them: 30").click()
    expect(page.locator("#messages")).to_contain_text("A new draft with these people.")


def test_the_pages_fit_a_small_screen(page: Page, address: str) -> None:
    for path in (address, f"{address}?state=unknown", "/exports/"):
        page.goto(path)
        assert too_wide_at(page, WIDE, SMALL) == []
        page.set_viewport_size(WIDE)


def choose_columns(page: Page, address: str, *labels: str) -> None:
    page.goto(address)
    menu = page.locator("details", has=page.get_by_text("Columns", exact=True))
    menu.locator("summary").click()
    menu.locator("input:checked").evaluate_all("boxes => boxes.forEach(box => { box.checked = false; })")
    for label in labels:
        menu.get_by_role("checkbox", name=label, exact=True).check()
    menu.get_by_role("button", name="Show these").click()
    expect(page.locator("#results thead")).not_to_contain_text("Provider's id")
