"""Fixtures that several test files share."""

import pytest
from browser import JupyterLab, course_server, launch, record_and_block
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="session")
def chromium():
    """The browser, started once; skips (or, where CI is set, fails) on a machine with none."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page_factory(chromium):
    """Make pages, each in a fresh browser context.

    `page_factory(requests)` appends the address of every request to the list `requests` and lets
    only files and data through; `page_factory()` does neither. Other arguments go to
    Playwright's `new_context`: `color_scheme="dark"`, `java_script_enabled=False`, ….
    """
    contexts = []

    def make(requests: list[str] | None = None, **options):
        context = chromium.new_context(**options)
        contexts.append(context)
        if requests is not None:
            record_and_block(context, requests)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(page_factory):
    """One fresh page."""
    return page_factory()


@pytest.fixture(scope="session")
def jupyterlab(chromium, tmp_path_factory):
    """JupyterLab on the course, started once through `looplab open`."""
    with course_server(tmp_path_factory.mktemp("jupyter")) as server:
        yield JupyterLab(server["url"], server["token"], chromium)
