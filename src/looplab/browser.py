"""Scripts and styles for the browser.

JavaScript is written as ES modules with declared imports and exports. A widget or a page needs one
text: `module` joins a module and all that it imports. A name is a package and a path in it, such
as "looplab/figure/living.js".
"""

from __future__ import annotations

import json
import posixpath
import re
from functools import cache
from importlib import resources

from looplab.errors import LoopError
from looplab.language import current
from looplab.language.interface import messages

_IMPORT = re.compile(r'^import\s+(?:\{([^}]*)\}\s+from\s+)?"(\.[^"]+)";\n?', re.M)
_TOP_LEVEL = re.compile(
    r"^(export )?(?:async )?(?:function\*?|class|const|let) (?:(\w+)|[{\[]([^}\]=]*)[}\]])", re.M
)
# whole lines of comment: who reads them reads the module's own file
_COMMENT = re.compile(r"^ *//.*\n|^ */\*\*(?s:.*?)\*/\n", re.M)
# what `say` is told to say, and where language.js has it
_SAID = re.compile(r'\bsay\("([\w-]+)"')
_MESSAGES = 'const MESSAGES = "";'
_OTHER = re.compile(
    r"^(?:import\b(?!\s*[(.])|export\b(?! (?:default|async|function|class|const)\b)).*", re.M
)


def joined(*names: str) -> str:
    """The text of these files, one after the other."""
    return "\n".join(_read(name) for name in names)


def module(name: str, *before: str) -> str:
    """One module with all that it imports, each once and before those that import it, without
    lines of comment; and, in front, the modules named as `before`. What they say to a reader comes
    along in the language that is spoken.

    What the named module exports by default stays exported; other exports become plain
    declarations. Raises `LoopError` for an import that names no file or no export of it, for
    modules that import each other in a circle, for two modules that use one name at their top
    level, and for a form of import or export that cannot be joined.
    """
    return _module(current(), name, *before)


@cache
def _module(tag: str, name: str, *before: str) -> str:
    texts: dict[str, str] = {}
    for each in (*before, name):
        _collect(each, texts, ())
    owners: dict[str, str] = {}
    for each, text in texts.items():
        for declared in _declared(text):
            if declared in owners:
                raise LoopError(
                    f"{each} and {owners[declared]} both declare {declared!r}: modules are joined "
                    "to one text, so rename one."
                )
            owners[declared] = each
    parts = []
    for each, text in texts.items():
        text = re.sub(r"^export (?!default)", "", _IMPORT.sub("", text), flags=re.M)
        if each != name:
            text = re.sub(r"^export default [^;]*;\n?", "", text, flags=re.M)
        parts.append(_COMMENT.sub("", text).strip() + "\n")
    said = messages(name for text in texts.values() for name in _SAID.findall(text))
    return "\n".join(parts).replace(
        _MESSAGES, f"const MESSAGES = {json.dumps(said, ensure_ascii=False)};"
    )


def living() -> str:
    """The script of every living figure, without the figure's own programs."""
    return module("looplab/figure/living.js")


def _read(name):
    package, _, path = name.partition("/")
    file = resources.files(package) / path
    if not file.is_file():
        raise LoopError(f"there is no script or style {name}")
    return file.read_text("utf-8")


def _collect(name, texts, above):
    if name in above:
        raise LoopError(f"modules import each other in a circle: {' → '.join([*above, name])}")
    if name in texts:
        return
    text = _read(name)
    odd = _OTHER.search(_IMPORT.sub("", text))
    if odd:
        raise LoopError(
            f"{name}: {odd[0].strip()!r} cannot be joined; allowed are "
            'import { a, b } from "./file.js"; and export before a function, class or const.'
        )
    for imported, path in _IMPORT.findall(text):
        other = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        try:
            exported = _exported(_read(other))
        except LoopError as error:
            raise LoopError(f"{name} imports {path}: {error}") from None
        for wanted in filter(None, (part.strip() for part in imported.split(","))):
            if wanted not in exported:
                raise LoopError(
                    f"{name} imports {wanted!r} from {other}, which exports "
                    f"{', '.join(exported) or 'nothing'}."
                )
        _collect(other, texts, (*above, name))
    texts[name] = text


def _top_level(text):
    for exported, single, several in _TOP_LEVEL.findall(text):
        names = [single] if single else re.findall(r"(\w+)(?=\s*(?:,|$))", several)
        for name in names:
            yield name, bool(exported)


def _declared(text):
    return [name for name, _ in _top_level(text)]


def _exported(text):
    return [name for name, exported in _top_level(text) if exported]
