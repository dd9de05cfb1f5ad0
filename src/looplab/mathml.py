"""TeX to MathML, done once in Python: neither page nor notebook carries a maths script."""

import re
from functools import cache
from importlib.resources import files

from py_mini_racer import JSEvalException, MiniRacer

from looplab.errors import LoopError

VENDOR = files("looplab") / "vendor" / "temml"
# What Temml writes at every element, and `mathml_css` says once.
_SAID_BY_RULE = re.compile(
    r'(?<= scriptlevel="2") style="math-depth:2;"'
    r'|(?<= class="tml-left") style="padding-left:0em;padding-right:0em;"'
    r'|(?<= class="tml-right") style="padding-left:0em;padding-right:0em;"'
)
_RULES = """
[scriptlevel="2"] { math-depth: 2 }
:is(.tml-left, .tml-right) { padding-left: 0em; padding-right: 0em }
"""


@cache
def _temml() -> MiniRacer:
    engine = MiniRacer()
    engine.eval((VENDOR / "temml.min.js").read_text(encoding="utf-8"))
    return engine


def mathml(tex: str, display: bool = False) -> str:
    """MathML of a TeX formula given without its dollar signs.

    Raises LoopError for TeX that Temml does not understand, an unknown command for one.
    """
    options = {"displayMode": display, "throwOnError": True}
    try:
        found = _temml().call("temml.renderToString", tex.strip(), options)
    except JSEvalException as error:
        reason = re.search(r"ParseError:\s*(.*?)(?:\n\s+at |\Z)", str(error), re.S)
        raise LoopError(
            f"the formula {tex.strip()!r} cannot be set: "
            f"{' '.join((reason.group(1) if reason else str(error)).split())}. "
            "Allowed is the LaTeX that Temml knows; mend or replace the command."
        ) from None
    return _SAID_BY_RULE.sub("", found)


def mathml_css() -> str:
    """Temml's rules for the reader's own fonts; its font file would be a request, so it goes."""
    css = (VENDOR / "Temml-Local.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/|@font-face\s*\{.*?\}", "", css, flags=re.S)
    return re.sub(r"\n\s*", "\n", css).strip() + _RULES
