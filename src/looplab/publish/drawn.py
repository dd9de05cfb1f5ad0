"""A figure's drawing as part of a page: what drawings repeat stands in the page's style sheet once.

Of itself a drawing is whole, with every style and colour written out where it is used, for a
notebook may be shown anywhere. A page has a style sheet, and its colours have names there.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from looplab.figure.drawing import SVG, XLINK

_HREF = f"{{{XLINK}}}href"
_URL = re.compile(r"url\(#([^)]+)\)")
_WITHOUT_NAME = re.compile(r"(var\(--ll-[\w-]+), #[0-9a-f]+\)")


class Drawings:
    """The drawings of one page, and the `rules` they share: by style, the class that has it."""

    def __init__(self):
        self.rules: dict[str, str] = {}
        self.named = 0

    def settled(self, svg: str) -> str:
        """The drawing without what the page says for it; it looks the same.

        Sizes of letters stay where they are, since a sheet reads them, and so do the styles of the
        lines that follow a quantity, since a legend reads their colours.
        """
        root = ElementTree.fromstring(svg)
        names = {element.get("id"): element for element in root.iter() if element.get("id")}
        referred = {}
        for name in re.findall(r'(?:href="#|url\(#)([^")]+)', svg):
            if name not in referred:
                self.named += 1
                referred[name] = f"_{self.named}"
        followed = {
            path
            for name, group in names.items()
            if name not in referred
            for path in group.iter(f"{{{SVG}}}path")
        }
        for element in root.iter():
            if (name := element.get("id")) in referred:
                element.set("id", referred[name])
            if link := element.attrib.pop(_HREF, None):
                element.set("href", f"#{referred[link[1:]]}" if link[0] == "#" else link)
            for name, value in element.attrib.items():  # clip paths, and the hatch of a bar
                if "url(#" in value:
                    element.set(name, _URL.sub(lambda m: f"url(#{referred[m[1]]})", value))
            if style := element.get("style"):
                self._say(element, _WITHOUT_NAME.sub(r"\1)", style), element in followed)
        return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")

    def css(self) -> str:
        """The style sheet of all drawings."""
        return "\n".join(f".{name}{{{style}}}" for style, name in self.rules.items())

    def _say(self, element, style, followed):
        style = re.sub(r"(?<=[:;]) ", "", style)
        if followed or "font-size" in style or style == "display:none" or "url(" in style:
            element.set("style", style)
            return
        name = self.rules.setdefault(style, f"d{len(self.rules)}")
        del element.attrib["style"]
        element.set("class", f"{element.get('class', '')} {name}".strip())
