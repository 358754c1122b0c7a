"""A campaign out of a spreadsheet's file, stage by stage, as two people compose, try and approve it."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from campaigns.models.statuses import CampaignKind

from .audience import choose_file, column, counts, download_left_out, written
from .composing import begin
from .library import badge
from .plays import PLAYS
from .staff import SMALL, WIDE, labelled, too_wide_at

PLAY = next(play for play in PLAYS if play.kind == CampaignKind.SMS)
KIND, ACCOUNT = str(PLAY.kind.label), f"{PLAY.gateway.name} sandbox"
TEXT = "Your parcel is ready. Code {code}"
APPROVER = ("lin", "reads everything twice")


def number(index: int) -> str:
    """An ordinary number, digits with country code."""
    return PLAY.rehearsal.number_for(index)


def write_text(page: Page, name: str) -> None:
    """A new campaign with its text; the page that takes lists is shown afterwards."""
    begin(page, name, KIND, ACCOUNT)
    page.get_by_label("Text").fill(TEXT)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("[aria-current=step]")).to_have_text("3 Audience")


def bring_what_excel_made_of_it(page: Page, silent: str) -> None:
    """Chinese letters in Excel's own encoding, numbers in many clothes, and one that Excel has spoilt."""
    first, second = number(800), number(801)
    rows = [
        ["房间", "手机号码", "取件码"],
        ["1层01室", f"+{first[:2]} {first[2:5]}-{first[5:]}", "1001"],
        ["1层02室", "".join(chr(ord(digit) + 0xFEE0) for digit in second), "1002"],
        ["1层03室", f"00{number(802)}", "1003"],
        ["刘洋", f"{number(803)[0]}.{number(803)[1:3]}E+13", "1004"],
        ["西门", number(804), ""],
        ["杨丽", silent, "1006"],
        ["1层01室", first, "1007"],
    ]
    choose_file(page, "客户 9月.csv", written(rows, "gb18030"))
    page.get_by_role("button", name="Check the columns first").click()
    expect(page.get_by_label("Encoding")).to_have_value("gb18030")
    expect(page.get_by_label("Separator")).to_have_value(",")
    expect(column(page, "手机号码").get_by_label("Column 2 is")).to_have_value("number")
    expect(column(page, "房间")).to_contain_text("1层01室")
    column(page, "房间").get_by_label("Column 1 is").select_option("skip")
    column(page, "取件码").get_by_label("Name of column 3").fill("code")
    page.get_by_role("button", name="Read the list").click()
    expect(page.locator("#messages")).to_contain_text("7 rows read: 3 added")
    assert counts(page) == {"Added": "3", "Repeated in the list": "1", "On the suppression list": "1", "Bad": "2"}
    expect(left_out(page, 5)).to_contain_text("has shortened this number")
    expect(left_out(page, 6)).to_contain_text("The column “code” is empty")
    expect(left_out(page, 7)).to_contain_text("suppression list")
    expect(left_out(page, 8)).to_contain_text("row 2")
    assert too_wide_at(page, SMALL, WIDE) == []


def left_out(page: Page, row: int) -> Locator:
    """The line of a row that was left out, by its number in the file."""
    return page.locator("#left-out tbody tr").filter(has=page.locator("td.num", has_text=re.compile(rf"^{row}$")))


def correct_what_was_left_out(page: Page) -> None:
    """In the file itself, in its own columns; no question is asked when it comes back."""
    titles, *rows = download_left_out(page)
    assert titles == ["房间", "手机号码", "取件码", "problem"]
    spoilt, empty = (next(row for row in rows if row[0] == name) for name in ("刘洋", "西门"))
    assert spoilt[3].startswith("Row 5: ")
    spoilt[1], empty[2] = number(803), "1005"
    choose_file(page, "corrected.csv", written([titles, spoilt, empty]))
    page.get_by_role("button", name="Read the list").click()
    expect(page.locator("#messages")).to_contain_text("2 rows read: 2 added")
    expect(page.get_by_role("heading", name="5 recipients")).to_be_visible()
    expect(page.locator("#left-out")).to_have_count(0)


def look_at_somebody(page: Page) -> None:
    """On the page of the content, found by the end of the number, and the next one."""
    step(page, "2 Content")
    example = page.locator("#example")
    page.get_by_label("Show the message of a number").fill(number(802)[-5:])
    expect(example.locator(".chip")).to_have_text("1003")
    example.get_by_role("button", name="Next").click()
    expect(example).to_contain_text("4 of 5")
    expect(example).to_contain_text("1 part")
    page.get_by_label("Text").fill(TEXT + " {colour}")
    expect(example).to_contain_text("The audience has no column colour.")
    page.get_by_label("Text").fill(TEXT)
    expect(example.locator(".example-problem")).to_have_count(0)
    page.get_by_role("button", name="Save", exact=True).click()


def step(page: Page, name: str) -> None:
    """Go to the step of this name by its link."""
    page.get_by_role("list", name="Steps").get_by_role("link", name=name).click()
    expect(page.locator("[aria-current=step]")).to_have_text(name)


def choose_options(page: Page) -> None:
    step(page, "4 Options")
    page.get_by_label("Sender").fill("Parcels")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("[aria-current=step]")).to_have_text("5 Schedule")


def choose_hours(page: Page) -> None:
    """Hours that are open now, by the clock of the place that the page names. What is wrong loses nothing."""
    now = datetime.now(ZoneInfo(page.get_by_label("Time zone").input_value()))
    labelled(page, "From").fill(f"{now - timedelta(hours=2):%H:%M}")
    labelled(page, "Recipients per minute").fill("600")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator(".invalid-feedback")).to_contain_text("Give both times, or none for the whole day.")
    expect(labelled(page, "Recipients per minute")).to_have_value("600")
    labelled(page, "Until").fill(f"{now + timedelta(hours=2):%H:%M}")
    page.get_by_role("button", name="Save and go on").click()


def look_at_the_check(page: Page) -> None:
    """The lines, what is sent, and the message of somebody who is looked for."""
    lines = page.locator(".check")
    expect(lines.get_by_text("5 recipients", exact=True)).to_be_visible()
    expect(lines.filter(has_text="The cost is not known").get_by_role("link", name="Prices")).to_be_visible()
    hours = lines.filter(has_text="It starts as soon as somebody starts it")
    expect(hours).to_contain_text("At most 600 recipients a minute.")
    expect(page.locator("dt:has-text('Sender') + dd")).to_have_text("Parcels")
    page.get_by_label("Show the message of a number").fill(number(804)[-6:])
    expect(page.locator("#hears .chip")).to_have_text("1005")
    assert too_wide_at(page, SMALL, WIDE) == []


def try_it(page: Page, tester: str) -> None:
    """To an own number, with the values of whoever is shown."""
    page.get_by_label("Own numbers").fill(f"+{tester}")
    page.get_by_role("button", name="Send a test").click()
    tests = page.locator("#tests-list")
    expect(tests.locator(".state")).to_have_text("Delivered")
    tests.get_by_role("link").first.click()
    expect(page.locator(".bubble .chip")).to_have_text("1005")
    page.go_back()


def let_somebody_else_approve(page: Page, second: Page) -> None:
    """What was approved is changed, so that it has to be approved again."""
    ask(page)
    approve(second)
    page.reload()
    expect(page.locator(".notice.s-delivered")).to_contain_text("Approved by lin")
    step(page, "5 Schedule")
    labelled(page, "Recipients per minute").fill("300")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator(".notice", has_text="The approval is void")).to_be_visible()
    expect(page.get_by_role("button", name="Start", exact=True)).to_have_count(0)
    ask(page)
    approve(second)
    page.reload()


def ask(page: Page) -> None:
    """Ask for an approval, which nobody may give who asked."""
    expect(page.locator(".notice", has_text="above 3 somebody else has to approve it")).to_be_visible()
    page.get_by_role("button", name="Ask for approval").click()
    expect(badge(page)).to_have_text("Waiting for approval")
    expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)


def approve(second: Page) -> None:
    """As somebody who finds the question on the overview."""
    second.goto("/overview/")
    second.locator(".notice", has_text="Autumn parcels waits for approval").get_by_role("link").click()
    expect(second.locator("#hears .chip")).to_have_text("1001")
    expect(second.get_by_role("button", name="Start", exact=True)).to_have_count(0)
    second.get_by_role("button", name="Approve", exact=True).click()
    expect(second.locator(".notice", has_text="Approved by lin")).to_be_visible()
