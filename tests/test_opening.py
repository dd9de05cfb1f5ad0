"""How a page begins: the first figure answers before the rest of the page is read."""

from browser import in_each_browser
from course_pages import MAKERS, wait_until_live

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
