"""What a newcomer does in the browser, with everything real but the providers."""

import re

import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from campaigns.models.statuses import CampaignKind
from providers import registry
from providers.contract.fields import FieldKind
from providers.sandbox.client import SandboxConsole
from providers.sandbox.mounts import rehearsals

from .audience import suppress
from .composing import begin, choose_template
from .plays import PLAYS, Audience, Play
from .stack import Run
from .staff import SMALL, WIDE, confirm, every_kind_of_page, labelled, sign_in, too_wide_at

pytestmark = pytest.mark.browser
pytest_plugins = ["tests.journeys.browser"]
expect.set_options(timeout=45_000)

MAIN_PAGES = {
    *("/overview/", "/campaigns/", "/campaigns/new/", "/voice-files/", "/voice-files/1/", "/voice-templates/"),
    *("/voice-files/upload/", "/voice-files/take-over/", "/voice-files/fetch/", "/voice-files/fetch/1/"),
    *("/voice-files/1/edit/", "/voice-files/1/copies/add/", "/voice-templates/take-over/"),
    *("/voice-templates/1/", "/voice-templates/add/", "/accounts/", "/accounts/1/", "/accounts/1/edit/"),
    *("/accounts/add/", "/pushes/", "/receipts/unmatched/", "/campaigns/1/check/"),
    *("/campaigns/1/kind/", "/campaigns/1/content/", "/campaigns/1/audience/", "/campaigns/1/options/"),
    *("/campaigns/1/schedule/", "/campaigns/1/recipients/", "/campaigns/1/recipients/1/"),
    *("/campaigns/1/audience/lists/1/", "/campaigns/1/audience/lists/1/columns/", "/campaigns/1/audience/contacts/"),
    *("/campaigns/1/duplicate/", "/campaigns/1/preset/", "/campaigns/1/contacts/", "/campaigns/presets/"),
    *("/campaigns/presets/1/name/", "/accounts/1/prices/", "/replies/", "/reports/", "/contacts/", "/contacts/add/"),
    *("/contacts/1/", "/contacts/1/edit/", "/contacts/1/import/", "/contacts/1/import/lists/1/"),
    *("/suppression/", "/suppression/add/", "/suppression/1/", "/suppression/import/both/opt_out/"),
}


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def test_a_wrong_password_is_explained_and_the_printed_one_opens_the_overview(stranger: Page, stack: Run) -> None:
    name, password = stack.login
    sign_in(stranger, name, "not the password")
    expect(stranger.get_by_role("alert")).to_contain_text("enter a correct username and password")
    expect(stranger.get_by_label("User name")).to_have_value(name)
    stranger.get_by_label("Password").fill(password)
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(stranger.get_by_role("link", name="New campaign")).to_be_visible()


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: str(play.kind))
def test_a_campaign_is_composed_started_and_followed_to_its_end(
    page: Page, console: SandboxConsole, play: Play
) -> None:
    audience = Audience(play.rehearsal)
    begin(page, f"Browser {play.kind.label}", str(play.kind.label), f"{play.gateway.name} sandbox")
    write_content(page, play)
    read_list(page, audience)
    choose_options(page, play)
    look_and_start(page, play, audience)
    follow(page, console)
    look_at_recipients(page, play, audience)


def write_content(page: Page, play: Play) -> None:
    if play.kind == CampaignKind.VOICE_TEMPLATE:
        choose_template(page, play.chosen["Voice template"], play.text)
    else:
        for label, choice in play.chosen.items():
            page.get_by_label(label).select_option(label=choice)
        if play.text:
            page.get_by_label("Text").fill(play.text)
    if play.text:
        expect(page.locator("#example .chip")).to_have_text("{code}")
        expect(page.locator("#example .example-problem")).to_have_count(0)
    page.get_by_role("button", name="Save and go on").click()


def choose_options(page: Page, play: Play) -> None:
    """Options, then a schedule that is left as it is: as soon as somebody starts it."""
    page.get_by_role("list", name="Steps").get_by_role("link", name="4 Options").click()
    for label, value in play.options.items():
        option = page.get_by_label(label)
        if option.evaluate("input => input.tagName") == "SELECT":
            option.select_option(value)
        else:
            option.fill(value)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("[aria-current=step]")).to_have_text("5 Schedule")
    page.get_by_role("button", name="Save and go on").click()


def read_list(page: Page, audience: Audience) -> None:
    page.get_by_label("Paste a list").fill(audience.pasted)
    page.get_by_role("button", name="Read the list").click()
    expect(page.locator("#messages")).to_contain_text("6 rows read: 4 added, 1 repeated, 1 bad.")
    expect(page.get_by_role("heading", name="4 recipients")).to_be_visible()
    bad, repeated = page.get_by_role("row", name="6 12 "), page.get_by_role("row", name=f"7 {audience.reached[0]}")
    expect(bad).to_contain_text("has 2 digits; a phone number with country code has 7 to 15")
    expect(repeated).to_contain_text("The same number is already in row 2.")
    page.get_by_role("link", name="Go on to the check").click()


def look_and_start(page: Page, play: Play, audience: Audience) -> None:
    hears = page.locator("#hears")
    heading = hears.get_by_role("heading")
    expect(heading).to_contain_text("reads it" if play.kind == CampaignKind.SMS else "hears it")
    assert audience.reached[0].endswith(digits(heading.inner_text()))
    expect(hears.locator(".bubble")).to_contain_text(play.gets)
    for label, value in play.shown.items():
        expect(page.locator(f"dt:has-text('{label}') + dd")).to_have_text(value)
    if play.text:
        hears.get_by_role("button", name="Next").click()
        expect(hears.locator(".chip")).to_have_text("1002")
    question = confirm(page, "Start")
    assert "4 people are reached" in question
    assert f"{play.gateway.name} sandbox" in question


def follow(page: Page, console: SandboxConsole) -> None:
    """Watch without touching anything: the page asks for itself, and reloads only when its state has changed."""
    badge = page.get_by_role("heading", level=1).locator(".state")
    expect(badge).to_have_text("Running")
    page.evaluate("window.isUntouched = true")
    legend = page.locator("#progress .legend > *")
    expect(legend).to_have_text(["Delivered1", "Undelivered1", "Rejected1", "Submitted1"])
    expect(page.locator("#picture svg.chart")).to_be_visible()
    expect(page.locator("#reasons tbody tr")).to_have_count(2)
    assert drawn(page) == [3, 1, 1]
    assert console.release() == 1
    assert page.evaluate("window.isUntouched")
    expect(badge).to_have_text("Finished")
    expect(legend).to_have_text(["Delivered2", "Undelivered1", "Rejected1"])
    expect(page.locator("#progress")).to_contain_text("Total 4. The states add up.")
    assert drawn(page) == [3, 2, 1]


def drawn(page: Page) -> list[int]:
    """What was sent, answered and missed, as the table behind the picture has it."""
    rows = page.locator("#picture-table tbody tr").all()
    numbers = [[int(digits(cell)) for cell in row.locator("td").all_text_contents()] for row in rows]
    return [sum(column) for column in zip(*numbers, strict=True)]


def look_at_recipients(page: Page, play: Play, audience: Audience) -> None:
    expected = dict.fromkeys(audience.reached, "Delivered")
    expected |= {audience.missed: "Undelivered", audience.refused: "Rejected"}
    rows = page.locator("#results tbody tr")
    expect(rows).to_have_count(len(expected))
    shown = [row.locator("td").all_inner_texts()[:2] for row in rows.all()]
    assert [state for _, state in shown] == list(expected.values())
    assert all(number.endswith(digits(written)) for number, (written, _) in zip(expected, shown, strict=True))
    assert too_wide_at(page, SMALL, WIDE) == []

    rows.nth(2).get_by_role("link").click()
    timeline = page.locator(".timeline")
    expect(timeline).to_contain_text("Submission 1 written down, then sent")
    expect(timeline.get_by_label("Request")).to_contain_text(audience.missed[-8:])
    expect(timeline.get_by_label("Answer")).not_to_be_empty()
    expect(timeline.locator("li", has_text="Receipt:").get_by_label("Pushed")).not_to_be_empty()
    expect(timeline.locator("li").last).to_contain_text("Undelivered")
    if play.text:
        expect(page.locator(".bubble .chip")).to_have_text("1003")
    assert too_wide_at(page, SMALL, WIDE) == []


def test_an_account_is_added_and_tested_and_its_secret_is_never_shown(page: Page, stack: Run) -> None:
    gateway = next(found for found in registry.all_gateways() if found.slug in rehearsals())
    rehearsal = rehearsals()[gateway.slug]
    secret = next(declared for declared in gateway.credentials if declared.kind is FieldKind.SECRET)
    values = {"base_url": stack.installation.sandbox_url + rehearsal.base_path, **rehearsal.credentials}
    page.goto("/accounts/")
    page.get_by_role("link", name="Add account").click()
    page.locator("section", has_text=gateway.name).get_by_role("link", name="Choose").click()
    labelled(page, "Name").fill("Second team")
    for declared in gateway.credentials:
        labelled(page, declared.label).fill(values[declared.name])
    page.get_by_role("button", name="Add account").click()

    balance = page.locator(".kpi", has_text="Balance")
    expect(balance.locator("b")).to_contain_text(re.compile(r"\d"))
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#messages")).to_contain_text("The provider answered and knows these credentials. Balance: ")
    assert values[secret.name] not in page.content()

    page.get_by_role("link", name="Edit").click()
    expect(labelled(page, secret.label)).to_have_value("")
    assert values[secret.name] not in page.content()
    labelled(page, secret.label).fill("not-the-right-one")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Test connection").click()
    failed = page.get_by_role("alert")
    expect(failed).to_contain_text("The last test of the connection failed.")
    expect(failed).to_contain_text("is wrong")
    expect(failed).to_contain_text("provider's console")


@pytest.mark.parametrize(
    ("code", "own_name"), [("zh-hans", "简体中文"), ("zh-hant", "繁體中文")], ids=["simplified", "traditional"]
)
def test_the_language_is_switched_on_the_page_where_one_is(page: Page, code: str, own_name: str) -> None:
    page.goto("/campaigns/")
    page.get_by_role("button", name=own_name).click()
    expect(page.locator("html")).to_have_attribute("lang", code)
    assert page.url.endswith("/campaigns/")
    with translation.override(code):
        expect(page.get_by_role("heading", level=1)).to_have_text(translation.gettext("Campaigns"))
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_dark_and_light_are_switched_and_remembered(page: Page) -> None:
    page.goto("/overview/")
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    for theme in ("dark", "light"):
        page.get_by_role("button", name="Light or dark").click()
        expect(root).to_have_attribute("data-bs-theme", theme)
        page.reload()
        expect(root).to_have_attribute("data-bs-theme", theme)


def test_every_page_fits_wide_and_small_screens_and_shows_no_secret(page: Page) -> None:
    """Pages that complain to the console or answer with an error fail here too, by the fixture."""
    secrets = {
        rehearsals()[gateway.slug].credentials[declared.name]
        for gateway in registry.all_gateways()
        for declared in gateway.credentials
        if declared.kind is FieldKind.SECRET
    }
    furnish(page)
    seen, too_wide, telling = set(), [], []
    for path in every_kind_of_page(page):
        seen.add(re.sub(r"\d+", "1", path))
        too_wide += too_wide_at(page, WIDE, SMALL)
        source = page.content()
        telling += [path for secret in secrets if secret in source]
    assert seen >= MAIN_PAGES
    assert too_wide == []
    assert telling == []


def furnish(page: Page) -> None:
    """What the examples of a first start lack: pages of it are looked at too."""
    suppress(page, "+8613800138000")
    page.goto("/contacts/add/")
    labelled(page, "Name").fill("Neighbours")
    page.get_by_role("button", name="Make the list").click()
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_label("Paste a list").fill("mobile\n+8613800138001\n12")
    page.get_by_role("button", name="Read the list").click()
    expect(page.locator("#messages")).to_contain_text("2 rows read: 1 added")
    play = PLAYS[-1]
    begin(page, "Looked at", str(play.kind.label), f"{play.gateway.name} sandbox")
    page.get_by_label("Text").fill(play.text)
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Paste a list").fill("mobile,code\n+8613800138001,1")
    page.get_by_role("button", name="Read the list").click()
    expect(page.get_by_role("heading", name="1 recipient")).to_be_visible()
    page.get_by_label("Paste a list").fill("mobile,code\n+8613800138002,1")
    page.get_by_role("button", name="Check the columns first").click()
    expect(page.locator("#columns")).to_be_visible()
    page.goto(re.sub(r"audience/.*", "preset/", page.url))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("The preset is kept.")
