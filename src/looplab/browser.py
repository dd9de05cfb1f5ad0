"""Scripts and styles for the browser: plain files, joined in the order in which they build on
each other, since a widget's module is one text."""

from importlib import resources


def joined(*names: str) -> str:
    """The text of these files, one after the other.

    A name is a package and a path in it, such as "looplab/figure/living.js".
    """
    texts = []
    for name in names:
        package, _, path = name.partition("/")
        texts.append((resources.files(package) / path).read_text("utf-8"))
    return "\n".join(texts)


def living() -> str:
    """The script of every living figure, without the figure's own programs."""
    parts = ("sources.js", "artists.js", "words.js", "controls.js", "living.js")
    return joined("looplab/engine/draws.js", *(f"looplab/figure/{part}" for part in parts))
