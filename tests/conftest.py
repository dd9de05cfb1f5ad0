"""Fixtures that several test files share."""

from functools import cache

import nbformat
import pytest
from browser import (
    REPOSITORY,
    JupyterLab,
    course_server,
    launch_chromium,
    launch_firefox,
    new_context,
    record_and_block,
)
from course_pages import looked_first, record_messages, wait_until_live
from playwright.sync_api import expect, sync_playwright

from looplab.publish import again
from looplab.publish.deck import deck_html
from looplab.publish.html import page_html

LONGEST = [
    "test_deck.py",
    "test_pages.py",
    "test_living_in_jupyterlab.py",
    "test_learn_browser.py",
    "test_accessibility.py",
]


def pytest_collection_modifyitems(items):
    """The longest files first: the workers, who take one file at a time, then end together."""
    names = [*LONGEST, None]
    items.sort(key=lambda item: names.index(item.path.name if item.path.name in LONGEST else None))


@pytest.fixture(scope="session", autouse=True)
def runs(tmp_path_factory):
    """The folder in which earlier runs of notebooks are kept: not the developer's own."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(again, "_folder", lambda: folder)
        yield folder


@pytest.fixture(scope="session")
def playwright():
    """Playwright, which drives both browsers."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright):
    """Chromium, started once; skips (or, where CI is set, fails) on a machine with none."""
    browser = launch_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(playwright):
    """Firefox, started once; skips (or, where CI is set, fails) on a machine with none."""
    browser = launch_firefox(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser(request):
    """Chromium; with `@in_each_browser` the test runs in Firefox, too."""
    return request.getfixturevalue(getattr(request, "param", "chromium"))


@pytest.fixture
def page_factory(browser):
    """Make pages, each in a fresh browser context.

    `page_factory(requests)` appends the address of every request to the list `requests` and lets
    only files and data through; `page_factory()` does neither. Other arguments go to
    Playwright's `new_context`: `color_scheme="dark"`, `java_script_enabled=False`, ….
    """
    contexts = []

    def make(requests: list[str] | None = None, **options):
        context = new_context(browser, **options)
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


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """`exported(notebook)`: the page of the notebook as it is saved.

    That what is saved is what a run gives is for nbval and `test_pages.py` to show.
    """
    return _made_once(page_html, tmp_path_factory.mktemp("exported"), ".html")


@pytest.fixture(scope="session")
def decks(tmp_path_factory):
    """`decks(notebook)`: the slides of the notebook as it is saved, along its way for a class."""
    return _made_once(deck_html, tmp_path_factory.mktemp("decks"), ".slides.html")


def _made_once(make, folder, ending):
    """A function that makes the file of a notebook as it is saved, the first time it is asked."""

    @cache
    def file_of(notebook):
        path = REPOSITORY / "notebooks" / f"{notebook}.ipynb"
        file = folder / f"{notebook}{ending}"
        file.write_text(make(nbformat.read(path, as_version=4), path), encoding="utf-8")
        return file

    return file_of


@pytest.fixture(scope="module")
def uncovered(browser, exported):
    """`uncovered(notebook)`: its page, opened once with the network off, no figure covered.

    It asks for nothing and writes nothing to the console, whatever the tests do with it.
    """
    requests, messages, pages = [], [], {}

    def opened(notebook):
        if notebook not in pages:
            page = new_context(browser).new_page()
            page.on("request", lambda request: requests.append(request.url))
            record_messages(page, messages)
            page.context.set_offline(True)
            looked_first(page, notebook)
            page.goto(exported(notebook).as_uri())
            wait_until_live(page, notebook)
            expect(page.locator("figure[data-covered]")).to_have_count(0)
            pages[notebook] = page
        return pages[notebook]

    yield opened
    for page in pages.values():
        page.context.close()
    # Firefox does not name the opening of a file among its requests.
    assert set(requests) <= {exported(notebook).as_uri() for notebook in pages}
    assert messages == []


@pytest.fixture
def open_exported(page_factory, exported):
    """`open_exported(notebook, address, covered=False, **context)`: its page, network off, alive.

    Unless `covered`, its reader has looked at every figure before. The page writes nothing to the
    console and asks for nothing but what a test puts into `open_exported.asked`: addresses that its
    reader opened.
    """
    requests, messages = [], []

    def opened(notebook, address="", covered=False, **options):
        page = page_factory(requests, **options)
        record_messages(page, messages)
        if not covered:
            looked_first(page, notebook)
        page.goto(exported(notebook).as_uri() + address)
        wait_until_live(page, notebook)
        if not covered:
            expect(page.locator("figure[data-covered]")).to_have_count(0)
        return page

    opened.asked = []
    yield opened
    assert [url for url in requests if not url.startswith("file:")] == opened.asked
    assert messages == []
