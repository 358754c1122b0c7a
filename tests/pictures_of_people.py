"""The pictures of lists, contacts, the suppression list and a campaign on its way to the start."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from providers import registry
from providers.contract.abilities import Ability
from providers.sandbox.client import SandboxConsole
from providers.sandbox.mounts import rehearsals
from tests.camera import Camera, dismiss, signed_in
from tests.journeys.audience import choose_file, column, make_user, suppress, written
from tests.journeys.composing import begin
from tests.journeys.library import badge
from tests.journeys.stack import Run
from tests.journeys.staff import labelled, reload_until
from tests.sandboxes import wait_until_pushed

ROOMS = [f"{floor}层{room:02}室" for floor in range(1, 6) for room in range(1, 5)]
SENDER = next(found for found in registry.able_to(Ability.RECEIVES_REPLIES) if found.slug in rehearsals())
SENDING = f"{SENDER.name} sandbox"
MOST_UNAPPROVED = 12
APPROVER = ("approver", "reads everything twice")


def people(camera: Camera, run: Run) -> None:
    """The suppression list, a contact list, and a campaign out of a file: columns, result, schedule, check, approval."""
    _suppress(camera, run)
    _contacts(camera)
    page = camera.page
    _set_price(page)
    begin(page, "Autumn parcels", "SMS", SENDING)
    page.get_by_label("Text").fill("您的包裹已到,取件码 {code},请到{place}领取。回复TD退订。")
    page.get_by_role("button", name="Save and go on").click()
    _bring_a_file(camera)
    page.goto(page.url.replace("/audience/", "/schedule/"))
    _schedule(camera)
    camera.take("campaign-check", 1180)
    _ask_and_look(camera, run)


def _mobile(index: int) -> str:
    return f"138 0013 8{index:03d}"


def _suppress(camera: Camera, run: Run) -> None:
    page = camera.page
    suppress(page, *(f"+86 {_mobile(index)}" for index in (5, 118)))
    page.get_by_role("link", name="Import a file").click()
    page.get_by_role("link", name="Messages only").click()
    page.get_by_role("link", name="Complaint").click()
    page.get_by_label("Paste a list").fill("\n".join(["mobile", *(f"+86 {_mobile(index)}" for index in (131, 132))]))
    page.get_by_role("button", name="Read the list").click()
    expect(page.locator("#messages")).to_contain_text("2 added")
    console = SandboxConsole(run.installation.sandbox_url)
    console.reply(SENDER.slug, rehearsals()[SENDER.slug].number_for(77), "TD")
    wait_until_pushed(console)
    page.goto("/suppression/")
    reload_until(page, lambda: page.get_by_role("cell", name="By a reply").count() > 0)
    camera.take("suppression", 560)


def _contacts(camera: Camera) -> None:
    page = camera.page
    page.goto("/contacts/add/")
    labelled(page, "Name").fill("Regular customers")
    labelled(page, "Note").fill("Agreed in the shop to be written to, since 2025")
    page.get_by_role("button", name="Make the list").click()
    page.get_by_role("link", name="Import a file").first.click()
    tags = ("vip", "east gate", "east gate, new", "west gate")
    rows = [[f"+86 {_mobile(200 + index)}", name, tags[index % 4]] for index, name in enumerate(ROOMS)]
    page.get_by_label("Paste a list").fill("\n".join("\t".join(row) for row in [["手机", "房间", "标签"], *rows]))
    page.get_by_role("button", name="Check the columns first").click()
    column(page, "标签").get_by_label("Column 3 is").select_option(label="Tags")
    page.get_by_role("button", name="Read the list").click()
    page.get_by_role("link", name="Back to the contacts").click()
    camera.take("contacts", 620)


def _set_price(page: Page) -> None:
    page.goto("/accounts/")
    page.locator("td.name a", has_text=SENDING).click()
    page.locator("#prices").get_by_role("link", name="Add").click()
    page.get_by_label("Kind").select_option(label="SMS")
    page.get_by_label("Calling code").fill("86")
    labelled(page, "Amount").fill("0.045")
    labelled(page, "Currency").fill("CNY")
    page.get_by_label("Unit").select_option(label="per part of a message")
    page.locator("form.cardx button.btn-primary").click()
    expect(page.get_by_role("cell", name="0.045 CNY")).to_be_visible()


def _bring_a_file(camera: Camera) -> None:
    page = camera.page
    rows = [[name, _mobile(index), f"6-2-{1100 + index}", "东门店"] for index, name in enumerate(ROOMS)]
    rows[6][1], rows[9][1], rows[11][1] = "1.38E+10", "138 0013", _mobile(2)
    rows[13][2] = ""
    choose_file(page, "客户 9月.csv", written([["房间", "手机号码", "取件码", "地点"], *rows], "gb18030"))
    page.get_by_label("Country of numbers without country code").select_option("CN")
    page.get_by_role("button", name="Check the columns first").click()
    column(page, "房间").get_by_label("Column 1 is").select_option("skip")
    column(page, "取件码").get_by_label("Name of column 3").fill("code")
    column(page, "地点").get_by_label("Name of column 4").fill("place")
    camera.take("list-columns", 860)
    page.get_by_role("button", name="Read the list").click()
    expect(page.locator("#left-out")).to_be_visible()
    dismiss(page)
    page.get_by_role("link", name="客户 9月.csv").first.click()
    camera.take("list-result", 720)
    page.get_by_role("link", name="Back to all lists").click()


def _schedule(camera: Camera) -> None:
    page = camera.page
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    page.get_by_label("At a time, once somebody has let it go").check()
    labelled(page, "Start at").fill(f"{tomorrow:%Y-%m-%d}T10:00")
    labelled(page, "From").fill("09:00")
    labelled(page, "Until").fill("20:00")
    page.get_by_label("Sunday").uncheck()
    labelled(page, "Recipients per minute").fill("120")
    camera.take("campaign-schedule", 1040)
    page.get_by_label("Sunday").check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("[aria-current=step]")).to_have_text("6 Check and start")


def _ask_and_look(camera: Camera, run: Run) -> None:
    """As the second person sees it."""
    camera.page.get_by_role("button", name="Ask for approval").click()
    expect(badge(camera.page)).to_have_text("Waiting for approval")
    make_user(run, *APPROVER, "view_campaign", "approve_campaign")
    browser = camera.page.context.browser
    assert browser is not None
    page = signed_in(browser, run, *APPROVER)
    page.locator(".notice", has_text="waits for approval").get_by_role("link").click()
    Camera(page, camera.wanted).take("campaign-approval", 640)
