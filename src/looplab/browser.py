"""Scripts and styles for the browser: plain files, joined in the order in which they build on
each other, since a widget's module is one text."""

from importlib import resources


def joined(*names: str) -> str:
    """The text of these files, one after the other."""
    folder = resources.files(__name__)
    return "\n".join((folder / name).read_text("utf-8") for name in names)


def living() -> str:
    """The script of every living figure, without the figure's own programs."""
    return joined("draws.js", "sources.js", "artists.js", "words.js", "controls.js", "living.js")
