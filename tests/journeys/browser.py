"""A real browser before the real application, for tests that do what staff do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from providers.sandbox.client import SandboxConsole
from tests.conftest import require

from .chromium import CHROMIUM, open_browser
from .stack import FEWER, Run, running
from .staff import WIDE, sign_in

PATIENCE = 45_000
"""Milliseconds until something that should appear counts as missing."""


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
    context = _context(browser, site, trouble)
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
    context = _context(browser, site, trouble, storage_state=signed_in)
    yield context.new_page()
    context.close()


def _context(browser: Browser, site: str, trouble: list[str], **more: object) -> BrowserContext:
    context = browser.new_context(base_url=site, viewport=WIDE, locale="en-US", timezone_id="Asia/Shanghai", **more)
    context.set_default_timeout(PATIENCE)
    context.on("console", lambda message: _hear(message, trouble))
    context.on("weberror", lambda error: trouble.append(f"{error.page and error.page.url}: {error.error}"))
    context.on("response", lambda response: _judge(response, trouble))
    return context


def _hear(message: ConsoleMessage, trouble: list[str]) -> None:
    # A breach of the content security policy is an error here too.
    if message.type in ("error", "warning"):
        trouble.append(f"{message.page and message.page.url}: {message.text}")


def _judge(response: Response, trouble: list[str]) -> None:
    if response.status >= 400:
        trouble.append(f"{response.request.method} {response.url}: {response.status}")
