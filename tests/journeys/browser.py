"""A real browser before the real application, for tests that do what staff do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from providers.sandbox.client import SandboxConsole
from tests.conftest import require

from .chromium import CHROMIUM, new_context, open_browser
from .stack import FEWER, Run, running
from .staff import sign_in


@pytest.fixture(scope="module")
def stack() -> Iterator[Run]:
    """Everything as ``manage.py run`` starts it. A late receipt comes when it is released, so that pages are seen without it."""
    require("browser", Path(CHROMIUM).exists(), "there is no Chromium")
    with running(**FEWER) as run:
        SandboxConsole(run.installation.sandbox_url).settings(
            receipt_delay=[0.1, 0.2], late_seconds=3600, review_delay=0.3
        )
        yield run


@pytest.fixture
def console(stack: Run) -> Iterator[SandboxConsole]:
    """Sets the sandbox up for a test; afterwards it answers at once again."""
    found = SandboxConsole(stack.installation.sandbox_url)
    yield found
    found.settings(answer_delay=0)


@pytest.fixture(scope="module")
def site(stack: Run) -> str:
    """The address of the application."""
    return stack.installation.url


@pytest.fixture(scope="module")
def browser(stack: Run) -> Iterator[Browser]:
    # Not longer than the module: while Playwright runs, Django takes this thread for an asynchronous one.
    with sync_playwright() as playwright:
        opened = open_browser(playwright)
        yield opened
        opened.close()


@pytest.fixture
def trouble() -> Iterator[list[str]]:
    """What a browser complains about, on whatever page; at the end of the test there must be nothing."""
    complaints: list[str] = []
    yield complaints
    assert complaints == []


@pytest.fixture
def stranger(browser: Browser, site: str, trouble: list[str]) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    context = new_context(browser, site, trouble)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, stack: Run, site: str) -> dict[str, object]:
    """What the browser keeps after signing in with the printed password."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    sign_in(page, *stack.login)
    page.wait_for_url("**/overview/")
    kept = context.storage_state()
    context.close()
    return dict(kept)


@pytest.fixture
def page(browser: Browser, site: str, trouble: list[str], signed_in: dict[str, object]) -> Iterator[Page]:
    """A page of somebody who is signed in."""
    context = new_context(browser, site, trouble, storage_state=signed_in)
    yield context.new_page()
    context.close()
