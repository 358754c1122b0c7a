"""A whole campaign in the browser, out of a file as people have it: corrected, looked at, tried, approved, started."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from campaigns.statuses import CampaignKind
from providers.sandbox.client import SandboxConsole
from tests.conftest import require

from .audience import choose_file, column, counts, download_left_out, make_user, suppress, written
from .chromium import CHROMIUM
from .composing import begin
from .library import badge
from .plays import PLAYS
from .stack import FEWER, Run, running
from .staff import SMALL, WIDE, confirm, labelled, sign_in, too_wide_at

pytestmark = pytest.mark.browser
pytest_plugins = ["tests.journeys.browser"]
expect.set_options(timeout=45_000)

PLAY = next(play for play in PLAYS if play.kind == CampaignKind.SMS)
KIND, ACCOUNT = str(PLAY.kind.label), f"{PLAY.gateway.name} sandbox"
TEXT = "Your parcel is ready. Code {code}"
APPROVER = ("lin", "reads everything twice")


@pytest.fixture(scope="module")
def stack() -> Iterator[Run]:
    """As anywhere, but more than three recipients need an approval, and a second person may give it."""
    require("browser", Path(CHROMIUM).exists(), "there is no Chromium")
    with running(**FEWER, APPROVAL_RECIPIENTS="3") as run:
        SandboxConsole(run.installation.sandbox_url).settings(receipt_delay=[0.1, 0.2])
        make_user(run, *APPROVER, "view_campaign", "approve_campaign")
        yield run


@pytest.fixture
def second(browser: Browser, stack: Run, site: str) -> Iterator[Page]:
    """A page of somebody who may look at campaigns and approve them, and nothing else."""
    context = browser.new_context(base_url=site, viewport=WIDE, locale="en-US")
    found = context.new_page()
    sign_in(found, *APPROVER)
    yield found
    context.close()


def number(index: int) -> str:
    """An ordinary number, digits with country code."""
    return PLAY.rehearsal.number_for(index)


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def taken(console: SandboxConsole) -> list[str]:
    """Every number that the provider was given, as often as it was."""
    return [row["number"] for row in console.ledger(PLAY.gateway.slug)]


def test_a_campaign_goes_from_a_file_of_excel_to_delivered(page: Page, second: Page, console: SandboxConsole) -> None:
    silent, tester = number(805), number(890)
    suppress(page, silent)
    begin(page, "Autumn parcels", KIND, ACCOUNT)
    page.get_by_label("Text").fill(TEXT)
    page.get_by_role("button", name="Save and go on").click()
    bring_what_excel_made_of_it(page, silent)
    correct_what_was_left_out(page)
    look_at_somebody(page)
    choose_options(page)
    choose_hours(page)
    look_at_the_check(page)
    try_it(page, tester)
    let_somebody_else_approve(page, second)
    question = confirm(page, "Start")
    assert "5 people are reached" in question
    expect(page.locator("#progress .legend > *")).to_have_text(["Delivered5"])
    expect(badge(page)).to_have_text("Finished")
    expect(page.locator("#progress")).to_contain_text("Total 5.")
    everybody = taken(console)
    assert silent not in everybody
    assert sorted(everybody) == sorted([*(number(index) for index in range(800, 805)), tester])


def bring_what_excel_made_of_it(page: Page, silent: str) -> None:
    """Chinese letters in Excel's own encoding, numbers in many clothes, and one that Excel has spoilt."""
    first, second = number(800), number(801)
    rows = [
        ["姓名", "手机号码", "取件码"],
        ["王芳", f"+{first[:2]} {first[2:5]}-{first[5:]}", "1001"],
        ["李伟", "".join(chr(ord(digit) + 0xFEE0) for digit in second), "1002"],
        ["张敏", f"00{number(802)}", "1003"],
        ["刘洋", f"{number(803)[0]}.{number(803)[1:3]}E+13", "1004"],
        ["陈静", number(804), ""],
        ["杨丽", silent, "1006"],
        ["王芳", first, "1007"],
    ]
    choose_file(page, "客户 9月.csv", written(rows, "gb18030"))
    page.get_by_role("button", name="Check the columns first").click()
    expect(page.get_by_label("Encoding")).to_have_value("gb18030")
    expect(page.get_by_label("Separator")).to_have_value(",")
    expect(column(page, "手机号码").get_by_label("Column 2 is")).to_have_value("number")
    expect(column(page, "姓名")).to_contain_text("王芳")
    column(page, "姓名").get_by_label("Column 1 is").select_option("skip")
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
    return page.locator("#left-out tbody tr").filter(has=page.locator("td.num", has_text=re.compile(rf"^{row}$")))


def correct_what_was_left_out(page: Page) -> None:
    """In the file itself, in its own columns; no question is asked when it comes back."""
    titles, *rows = download_left_out(page)
    assert titles == ["姓名", "手机号码", "取件码", "problem"]
    spoilt, empty = (next(row for row in rows if row[0] == name) for name in ("刘洋", "陈静"))
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
    approve(second, "Approve")
    page.reload()
    expect(page.locator(".notice.s-delivered")).to_contain_text("Approved by lin")
    step(page, "5 Schedule")
    labelled(page, "Recipients per minute").fill("300")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator(".notice", has_text="The approval is void")).to_be_visible()
    expect(page.get_by_role("button", name="Start", exact=True)).to_have_count(0)
    ask(page)
    approve(second, "Approve")
    page.reload()


def ask(page: Page) -> None:
    expect(page.locator(".notice", has_text="above 3 somebody else has to approve it")).to_be_visible()
    page.get_by_role("button", name="Ask for approval").click()
    expect(badge(page)).to_have_text("Waiting for approval")
    expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)


def approve(second: Page, decision: str) -> None:
    second.goto("/overview/")
    second.locator(".notice", has_text="Autumn parcels waits for approval").get_by_role("link").click()
    expect(second.locator("#hears .chip")).to_have_text("1001")
    expect(second.get_by_role("button", name="Start", exact=True)).to_have_count(0)
    second.get_by_role("button", name=decision, exact=True).click()
    expect(second.locator(".notice", has_text="Approved by lin")).to_be_visible()


def test_a_contact_list_is_kept_tagged_and_reached(page: Page, console: SandboxConsole) -> None:
    silent = number(822)
    suppress(page, silent)
    page.goto("/contacts/")
    page.get_by_role("link", name="New contact list").first.click()
    labelled(page, "Name").fill("Regulars")
    page.get_by_role("button", name="Make the list").click()
    page.get_by_role("link", name="Import a file").first.click()
    people = [(number(820), "vip"), (number(821), "new"), (silent, "vip"), (number(823), "vip, new")]
    page.get_by_label("Paste a list").fill(
        "\n".join(["mobile\tcode\ttags", *(f"{one}\t77\t{tag}" for one, tag in people)])
    )
    page.get_by_role("button", name="Check the columns first").click()
    column(page, "tags").get_by_label("Column 3 is").select_option(label="Tags")
    page.get_by_role("button", name="Read the list").click()
    expect(page.locator("#messages")).to_contain_text("4 added")
    page.get_by_role("link", name="Back to the contacts").click()
    page.get_by_label("Tag", exact=True).select_option("new")
    expect(page.locator("#results tbody tr")).to_have_count(2)
    assert too_wide_at(page, SMALL, WIDE) == []

    begin(page, "For regulars", KIND, ACCOUNT)
    page.get_by_label("Text").fill(TEXT)
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="Choose a contact list").click()
    page.get_by_label("Contact list").select_option(label="Regulars")
    page.get_by_label("vip").first.check()
    expect(page.locator(".reach")).to_contain_text("2 people would be added")
    page.get_by_role("button", name="Add to the audience").click()
    expect(page.locator("#result")).to_contain_text("This number is on the suppression list.")
    page.get_by_role("link", name="Go on to the check").click()
    confirm(page, "Start")
    expect(page.locator("#progress .legend > *")).to_have_text(["Delivered2"])
    everybody = taken(console)
    assert silent not in everybody
    assert {number(820), number(823)} <= set(everybody)
    assert number(821) not in everybody


def test_the_steps_are_taken_with_the_keyboard_alone(page: Page) -> None:
    """Tab, arrows, letters and Enter, from the list of campaigns to the campaign that runs."""
    page.goto("/campaigns/")
    go_to(page, page.get_by_role("link", name="New campaign"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/campaigns/new/")
    write(page, page.get_by_label("Name"), "Typed")
    kind = page.get_by_role("radio", name=KIND)
    choose_with_arrows(page, page.get_by_role("radio"), kind)
    account = page.get_by_label("Account")
    expect(account.locator("option", has_text=ACCOUNT)).to_be_attached()
    go_to(page, account)
    page.keyboard.type(ACCOUNT)
    press(page, "Save and go on")
    expect(page.locator("[aria-current=step]")).to_have_text("2 Content")
    write(page, page.get_by_label("Text"), TEXT)
    press(page, "Save and go on")
    expect(page.locator("[aria-current=step]")).to_have_text("3 Audience")
    write(page, page.get_by_label("Paste a list"), f"mobile,code\n{number(840)},1\n{number(841)},2")
    press(page, "Read the list")
    expect(page.locator("#messages")).to_contain_text("2 added")
    go_to(page, page.get_by_role("list", name="Steps").get_by_role("link", name="4 Options"))
    page.keyboard.press("Enter")
    expect(page.locator("[aria-current=step]")).to_have_text("4 Options")
    write(page, page.get_by_label("Sender"), "Keys")
    press(page, "Save and go on")
    expect(page.locator("[aria-current=step]")).to_have_text("5 Schedule")
    write(page, labelled(page, "Recipients per minute"), "600")
    press(page, "Save and go on")
    expect(page.locator("[aria-current=step]")).to_have_text("6 Check and start")
    press(page, "Next")
    expect(page.locator("#hears .chip")).to_have_text("2")
    press(page, "Start")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#confirm-words")).to_contain_text("2 people are reached")
    go_to(page, dialog.get_by_role("button", name="Start", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#progress .legend > *")).to_have_text(["Delivered2"])


def go_to(page: Page, target: Locator) -> None:
    """Tab until *target* has the focus."""
    expect(target).to_be_visible()
    for _ in range(80):
        if target.evaluate("target => target === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached with Tab")


def write(page: Page, field: Locator, text: str) -> None:
    """As fast as a paste: what is tested is that the keys get there."""
    go_to(page, field)
    page.keyboard.insert_text(text)
    expect(field).to_have_value(text)


def press(page: Page, button: str) -> None:
    go_to(page, page.get_by_role("button", name=button, exact=True))
    page.keyboard.press("Enter")


def choose_with_arrows(page: Page, radios: Locator, wanted: Locator) -> None:
    """Of a group, Tab finds the chosen one and the arrows the others."""
    chosen = next((radio for radio in radios.all() if radio.is_checked()), radios.first)
    go_to(page, chosen)
    if not chosen.is_checked():
        page.keyboard.press("Space")
    for _ in range(radios.count()):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_checked()
