"""How a page begins: the first figure answers before the rest of the page is read."""

import pytest
from browser import in_each_browser
from course_pages import MAKERS, wait_until_live, wait_until_ready

NOTEBOOK = "01_ocd_cycle"
FIRST, *_, LAST = MAKERS[NOTEBOOK]
# What stood in the page when its first figure came to life.
SEEN = f"""new MutationObserver((_, observer) => {{
  if (!document.querySelector("figure[data-live]")) return;
  globalThis.opening = {{
    read: document.readyState !== "loading",
    alive: [...document.querySelectorAll("figure[data-live]")].map(({{ id }}) => id),
    last: Boolean(document.getElementById("{LAST}")),
  }};
  observer.disconnect();
}}).observe(document, {{ subtree: true, attributeFilter: ["data-live"] }})"""


@in_each_browser
def test_the_first_figure_is_alive_before_the_rest_of_the_page_is_read(page_factory, exported):
    page = page_factory()
    page.add_init_script(SEEN)
    page.goto(exported(NOTEBOOK).as_uri())
    wait_until_live(page, NOTEBOOK)
    assert page.evaluate("opening") == {"read": False, "alive": [FIRST], "last": False}


# The browser takes its time over the question that `publish/page/storage.js` asks, and what the
# page meanwhile asks of its storage is written down.
BUSY = """globalThis.early = [];
const answered = new Promise((go) => { globalThis.answer = go; });
navigator.storage.persisted = () => { globalThis.asked = true; return answered; };
for (const name of ["getItem", "setItem"]) {
  const real = Storage.prototype[name];
  Storage.prototype[name] = function (...given) {
    globalThis.early.push(given[0]);
    return real.apply(this, given);
  };
}"""


@pytest.mark.parametrize("kind", ["exported", "decks"])
def test_a_file_waits_for_its_storage_before_it_reads_what_was_kept(kind, page_factory, request):
    page = page_factory()
    page.add_init_script(BUSY)
    page.goto(request.getfixturevalue(kind)(NOTEBOOK).as_uri() + "#student=7")
    assert page.evaluate("document.readyState") == "complete" and page.evaluate("asked")
    assert page.evaluate("early") == []
    page.evaluate("answer()")
    if kind == "decks":
        wait_until_ready(page)
    else:
        wait_until_live(page, NOTEBOOK)
    assert page.evaluate("early.length") > 0
