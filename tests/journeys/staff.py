"""What hands do in a browser, whatever page they are on."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Error, Locator, Page, ViewportSize

WIDE: ViewportSize = {"width": 1280, "height": 860}
SMALL: ViewportSize = {"width": 390, "height": 844}
NO_PAGES = re.compile(r"\.(csv|xlsx)$|/sound/$")


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def confirm(page: Page, button: str) -> str:
    """Press *button*, read the question it asks, and say yes. Returns the question."""
    page.get_by_role("button", name=button, exact=True).click()
    dialog = page.get_by_role("dialog")
    question = dialog.locator("#confirm-words").inner_text()
    dialog.get_by_role("button", name=button, exact=True).click()
    return question


def every_kind_of_page(page: Page, start: str = "/overview/") -> Iterator[str]:
    """Follow links from *start* and stop at one page of each kind; numbers in addresses do not make another kind."""
    waiting, seen = [start], {_kind_of(start)}
    while waiting:
        path = waiting.pop(0)
        page.goto(path)
        yield path
        links = page.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.href)")
        for found in map(urlsplit, links):
            kind = _kind_of(found.path)
            if found.netloc == urlsplit(page.url).netloc and kind not in seen and not NO_PAGES.search(found.path):
                seen.add(kind)
                waiting.append(found.path)


def _kind_of(path: str) -> str:
    return re.sub(r"\d+", "0", path)


def labelled(page: Page, label: str) -> Locator:
    """The input with exactly this label; what is folded away is unfolded first."""
    found = page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))
    found.wait_for(state="attached")
    folded = page.locator("details:not([open])", has=found)
    if folded.count():
        folded.locator("summary").click()
    return found


def too_wide_at(page: Page, *sizes: ViewportSize) -> list[str]:
    """At which of *sizes* the page scrolls sideways; it stays at the last of them."""
    found = []
    for size in sizes:
        page.set_viewport_size(size)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{page.url} at {size['width']}")
    return found


def reload_until(page: Page, says: Callable[[], bool], milliseconds: int = 15_000) -> None:
    """Reload as somebody does who waits, until the page *says* what is waited for."""
    waited = 0
    while not says():
        assert waited < milliseconds, page.locator("main").inner_text()
        page.wait_for_timeout(200)
        waited += 200
        _reload(page)


def _reload(page: Page) -> None:
    try:
        page.reload()
    except Error as error:
        # The page had begun to load itself anew.
        if "ERR_ABORTED" not in error.message:
            raise
        page.wait_for_load_state()
