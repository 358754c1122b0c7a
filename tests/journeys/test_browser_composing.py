"""A whole campaign in the browser, out of a file as people have it: corrected, looked at, tried, approved, started."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from providers.sandbox.client import SandboxConsole
from tests.conftest import require

from .audience import choose_file, column, counts, make_user, suppress, written
from .chromium import CHROMIUM, new_context
from .composing_story import (
    ACCOUNT,
    APPROVER,
    KIND,
    PLAY,
    TEXT,
    bring_what_excel_made_of_it,
    choose_hours,
    choose_options,
    correct_what_was_left_out,
    let_somebody_else_approve,
    look_at_somebody,
    look_at_the_check,
    number,
    step,
    try_it,
    write_text,
)
from .keyboard import choose_with_arrows, go_to, pick, press, write
from .library import badge
from .stack import FEWER, Run, running
from .staff import SMALL, WIDE, confirm, labelled, sign_in, too_wide_at

pytestmark = pytest.mark.browser
pytest_plugins = ["tests.journeys.browser"]
expect.set_options(timeout=45_000)


@pytest.fixture(scope="module")
def stack() -> Iterator[Run]:
    """As anywhere, but more than three recipients need an approval, and a second person may give it."""
    require("browser", Path(CHROMIUM).exists(), "there is no Chromium")
    with running(**FEWER, APPROVAL_RECIPIENTS="3") as run:
        SandboxConsole(run.installation.sandbox_url).settings(receipt_delay=[0.1, 0.2])
        make_user(run, *APPROVER, "view_campaign", "approve_campaign")
        yield run


@pytest.fixture
def second(browser: Browser, stack: Run, site: str, trouble: list[str]) -> Iterator[Page]:
    """A page of somebody who may look at campaigns and approve them, and nothing else."""
    context = new_context(browser, site, trouble)
    found = context.new_page()
    sign_in(found, *APPROVER)
    yield found
    context.close()


def taken(console: SandboxConsole) -> list[str]:
    """Every number that the provider was given, as often as it was."""
    return [row["number"] for row in console.ledger(PLAY.gateway.slug)]


def test_a_campaign_goes_from_a_file_of_excel_to_delivered(page: Page, second: Page, console: SandboxConsole) -> None:
    silent, tester = number(805), number(890)
    suppress(page, silent)
    write_text(page, "Autumn parcels")
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


def test_a_long_list_is_read_while_its_uploader_does_something_else(page: Page) -> None:
    write_text(page, "Many")
    many = 15_000
    rows = [["mobile", "code"], *([number(10_000 + index), str(index)] for index in range(many)), ["12", "x"]]
    choose_file(page, "many.csv", written(rows))
    page.get_by_role("button", name="Read the list").click()
    page.wait_for_url("**/lists/*/")
    where = page.url
    page.goto("/overview/")
    page.goto(where)
    expect(page.locator("#result .state").first).to_have_text("Read")
    assert counts(page) == {"Added": "15,000", "Bad": "1"}


def test_the_very_list_that_was_sent_before_is_named_with_its_campaign(page: Page) -> None:
    people = written([["mobile", "code"], [number(830), "1"], [number(831), "2"]])
    for name in ("First time", "Second time"):
        write_text(page, name)
        choose_file(page, f"{name}.csv", people)
        page.get_by_role("button", name="Read the list").click()
        page.get_by_role("link", name="Go on to the check").click()
        if name == "First time":
            confirm(page, "Start")
            expect(badge(page)).to_have_text("Finished")
    line = page.locator(".check", has_text="The list “Second time.csv” was sent before")
    expect(line).to_contain_text("First time")
    lately = page.locator(".check", has_text="2 recipients were reached in the last 7 days already")
    expect(lately).to_contain_text("First time")


def test_what_was_typed_survives_a_session_that_ended(page: Page, stack: Run) -> None:
    write_text(page, "Interrupted")
    step(page, "2 Content")
    page.get_by_label("Text").fill("A sentence that took half an hour {code}")
    page.context.clear_cookies(name="notifyadmin-session")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("User name").fill(stack.login[0])
    page.get_by_label("Password").fill(stack.login[1])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".notice", has_text="What you typed before is here again.")).to_be_visible()
    expect(page.get_by_label("Text")).to_have_value("A sentence that took half an hour {code}")


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

    write_text(page, "For regulars")
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
    # The accounts come anew for each kind that the arrows pass.
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(account).to_be_enabled()
    expect(account.locator("option", has_text=ACCOUNT)).to_be_attached()
    pick(page, account, ACCOUNT)
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
