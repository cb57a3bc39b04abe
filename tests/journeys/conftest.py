"""A real browser on a real server on a database of the test's own."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM, PASSWORD, Stage

# The browser's driver runs a loop in this thread; the tables are asked from it all the same, one at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(
            "There is no Chromium here. `make test` as root installs it; or: apt-get install chromium"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def site(stage: Stage, settings: Any) -> Iterator[str]:
    """The address of a server on this test's own database."""
    # The application serves its own static files, collected and hashed, as it does for real.
    settings.WHITENOISE_AUTOREFRESH = False
    thread = LiveServerThread("127.0.0.1", lambda application: application, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None, thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


class Visitor:
    """One person at one browser window. What the console complains of is kept."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.complaints: list[str] = []
        page.set_default_timeout(15_000)
        page.on(
            "console", lambda m: self.complaints.append(f"{m.type}: {m.text}") if m.type == "error" else None
        )
        page.on("pageerror", lambda error: self.complaints.append(f"page: {error}"))

    def go(self, address: str) -> int:
        answer = self.page.goto(self.site + address)
        assert answer is not None
        return answer.status

    def sign_in(self, key: str) -> "Visitor":
        self.go("/account/login/")
        self.page.fill("input[name=login]", f"{key}@demonstration.example")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button:has-text('Sign in')")
        self.page.wait_for_load_state()
        assert "/account/login" not in self.page.url
        return self

    def press(self, words: str) -> None:
        """Press the button, or follow the link, that says this."""
        target = self.page.get_by_role("button", name=words).or_(self.page.get_by_role("link", name=words))
        target.first.click()
        self.page.wait_for_load_state()

    @property
    def text(self) -> str:
        return self.page.inner_text("body")


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Callable[..., Visitor]]:
    """`visitor("chair-ldg", width=820, javascript=False)`: somebody signed in, in a window of their own."""
    windows: list[Any] = []
    visitors: list[Visitor] = []

    def open_window(who: str | None = None, *, width: int = 1366, javascript: bool = True) -> Visitor:
        window = browser.new_context(
            java_script_enabled=javascript, viewport={"width": width, "height": 900}, locale="en-GB"
        )
        windows.append(window)
        someone = Visitor(window.new_page(), site)
        visitors.append(someone)
        return someone.sign_in(who) if who else someone

    yield open_window
    for window in windows:
        window.close()
    refused = [c for v in visitors for c in v.complaints if "Content Security Policy" in c]
    assert not refused, refused


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)
