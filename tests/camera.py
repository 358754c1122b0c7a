"""The camera of the pictures: a page at one width, and only those pictures that were asked for."""

from playwright.sync_api import Browser, Page

from tests.journeys.stack import PROJECT, Run
from tests.journeys.staff import sign_in

FOLDER = PROJECT / "docs" / "pictures"
WIDTH = 1200


class Camera:
    """Takes those pictures that were asked for, each of one page at the same width."""

    def __init__(self, page: Page, wanted: str) -> None:
        self.page, self.wanted = page, wanted

    def take(self, name: str, height: int) -> None:
        if self.wanted not in name:
            return
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        self.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        # Above everything, so that nothing looks as if the mouse stood on it.
        self.page.mouse.move(0, 0)
        self.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")
        print(FOLDER / f"{name}.png")


def signed_in(browser: Browser, run: Run, name: str, password: str) -> Page:
    """A page of the user, seen from China."""
    context = browser.new_context(
        base_url=run.installation.url,
        viewport={"width": WIDTH, "height": 800},
        locale="en-US",
        timezone_id="Asia/Shanghai",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    sign_in(page, name, password)
    page.wait_for_url("**/overview/")
    return page


def dismiss(page: Page) -> None:
    """Without what was said last."""
    for notice in page.locator("#messages [data-dismiss-notice]").all():
        notice.click()
