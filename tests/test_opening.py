"""How a page begins: the first figure answers before the rest of the page is there."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from browser import PATIENCE, in_each_browser
from course_pages import MAKERS, wait_until_live, wait_until_ready

NOTEBOOK = "01_ocd_cycle"
FIRST, SECOND, *_ = MAKERS[NOTEBOOK]


@pytest.fixture
def slowly(exported):
    """The address of a page of which no more comes than goes before its second figure, and what
    lets the rest come."""
    page = exported(NOTEBOOK).read_bytes()
    end, rest = page.index(f'id="{SECOND}"'.encode()), Event()

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page[:end])
            self.wfile.flush()
            rest.wait(PATIENCE / 1000)
            self.wfile.write(page[end:])

        def log_message(self, *_):
            """Not into what pytest shows."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", rest.set
        rest.set()
        server.shutdown()


@in_each_browser
def test_the_first_figure_is_alive_before_the_rest_of_the_page_is_there(page_factory, slowly):
    address, let_come = slowly
    page = page_factory()
    page.goto(address, wait_until="commit")
    page.wait_for_function("() => document.querySelector('figure[data-live]')")
    alive = "[...document.querySelectorAll('figure[data-live]')].map(({ id }) => id)"
    assert page.evaluate(f"[document.readyState, {alive}]") == ["loading", [FIRST]]
    let_come()
    wait_until_live(page, NOTEBOOK)


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
