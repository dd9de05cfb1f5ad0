"""Scripts that several widgets of a notebook share, so that a saved notebook holds each once."""

from __future__ import annotations

import re
from functools import cache

import anywidget
import traitlets
from rjsmin import jsmin

from looplab import browser
from looplab.figure.style import colours_css, small
from looplab.packed import packed_spec, unpacked_spec

_EXPORT = re.compile(r"export default (\{ render(?:: \w+)? \});\n$")
# A notebook's script exists as soon as its widgets are restored, before anything is drawn.
_INITIALIZE = r"""export default {
  initialize({ model }) {
    revive(model.widget_manager);
    return \1;
  },
};
"""
# anywidget waits ten seconds for another widget; a slow computer may need longer to start it.
_DRAW = jsmin(
    """export default {
  async render({ model, el, host, signal }) {
    let script;
    while (!script) {
      try {
        script = await host.getWidget(model.get("script"));
      } catch (error) {
        if (signal.aborted || !/Timed out/.test(error.message)) throw error;
      }
    }
    return script.exports.render({ model, el, signal });
  },
};
""",
)


class Script(anywidget.AnyWidget):
    """A script with its styles, which draws no picture of its own: others draw with it."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)


class Drawn(anywidget.AnyWidget):
    """A widget that draws itself with a shared `script`; `spec` is what it shows."""

    _esm = traitlets.Unicode(_DRAW).tag(sync=True)
    script = anywidget.WidgetTrait().tag(sync=True)
    spec = traitlets.Dict().tag(
        sync=True,
        to_json=lambda spec, _: packed_spec(spec),
        from_json=lambda spec, _: unpacked_spec(spec),
    )


ALIVE = "looplab/alive.js"
_made: dict[str, Script] = {}


def alive() -> Script:
    """The script of all living figures and learning elements."""
    styles = browser.joined("looplab/figure/living.css", "looplab/learn/learn.css")
    return script(ALIVE, colours_css() + styles)


def text(module: str) -> str:
    """The JavaScript of `module` as a notebook saves it."""
    return _initialized(browser.module(module, "looplab/revive.js"))


@cache  # every figure and every question asks for it
def _initialized(joined):
    exported, found = _EXPORT.subn(_INITIALIZE, joined)
    assert found, "a script must end with export default { render };"
    return jsmin(exported, keep_bang_comments=True)


def script(module: str, css: str) -> Script:
    """The widget that holds the JavaScript `module` and `css`; made anew once it was closed.

    The module's last line exports its `render`.
    """
    known, exported, css = _made.get(module), text(module), small(css)
    if known is None or known.comm is None or (known._esm, known._css) != (exported, css):
        # Of the widgets of one class anywidget keeps the styles of the last: so each has its own.
        name = re.sub(r"\W", "_", module)
        known = _made[module] = type(name, (Script,), {})(_esm=exported, _css=css)
    return known
