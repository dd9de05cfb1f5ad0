"""The drawing of a figure as SVG: small, and the same bytes on every machine.

The last bit of a computed number differs between processors. So every number is rounded before it
is saved, at places where no number lands that a person wrote, and everything that matplotlib names
by a hash of numbers gets a name of its own.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from xml.etree import ElementTree

import numpy as np

from looplab.errors import ModelError
from looplab.figure.style import INK

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_GROUP, _DEFS, _USE, _TEXT, _SPAN, _METADATA, _STYLE, _LINK, _CIRCLE = (
    f"{{{SVG}}}{tag}"
    for tag in ("g", "defs", "use", "text", "tspan", "metadata", "style", "a", "circle")
)
_HREF = f"{{{XLINK}}}href"
_OFF = 0.2358
"""Where, between two steps, rounding goes the other way: half a step less this share of one.

Halves, thirds, fifths and tenths of points and pixels are common, and computed with a last bit
that depends on the processor; none of them falls on this boundary."""
_MOST_ASIDE = 4
"""Hundredths of a point by which a thinned line may leave the drawn one."""
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")
_LENGTHS = ("x", "y", "width", "height", "x1", "y1", "x2", "y2", "cx", "cy", "r")

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def settle(figure) -> None:
    """Give every axes of a figure the place that its layout engine finds, for good.

    The places are whole pixels and a bit, so that neither they nor what divides them evenly is
    rounded one way on one machine and the other way on another.
    """
    engine = figure.get_layout_engine()
    if engine is None:
        return
    engine.execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        place = axes.get_position(original=True)
        pixels = place.get_points() * figure.bbox.size
        place.set_points((np.floor(pixels + 0.5 + _OFF) + _OFF) / figure.bbox.size)
        axes.set_position(place)


def rounded(value: float, decimals: int) -> float:
    """`value` to so many decimals; the same for numbers that differ in their last bits only."""
    step = 10**decimals
    return math.floor(value * step + 0.5 + _OFF) / step


def tidy(text: str, name: str, kept: set[str]) -> ElementTree.Element:
    """matplotlib's SVG as an element: without blanks, metadata, and ids of its own making.

    Elements whose id is in `kept` keep it; axes have the class `ll-axes`; what is referred to is
    named after `name` in order of appearance. Raises `ModelError` for a text with spaces at an end.
    """
    root = ElementTree.fromstring(text[text.index("<svg") :])
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    for parent in root.iter():
        for child in list(parent):
            if child.tag in (_METADATA, _STYLE):
                parent.remove(child)
    # Said once here and inherited; as a rule in a style sheet it would reach the whole page.
    root.set("style", "stroke-linejoin: round")
    for element in root.iter():
        _as_circle(element)
        _round(element)
        if not (element.text or "").strip() and element.tag != _SPAN:
            element.text = None
        if not (element.tail or "").strip():
            element.tail = None
        if element.tag == _TEXT:
            _no_padding(element, name)
            _join_letters(element)
    _rename(root, name, kept)
    _flatten(root)
    _say_once(root)
    # matplotlib leaves out a black fill, which would stay black on a dark page.
    _set_style(root, _style(root) | {"fill": INK})
    _inherit_ink(root)
    _clip_once(root)
    return root


def _no_padding(text, name):
    """A page draws no spaces at the ends of a text, so they would keep nothing apart there."""
    # between the parts of a formula the spaces are the file's
    said = "" if len(text) else text.text or ""
    if said != said.strip(" "):
        raise ModelError(
            f"{name}: text {said!r} begins or ends with a space, which a page does not draw: move "
            "it with transform=labels.aside(axes)."
        )


def _as_circle(element):
    """A marker that matplotlib makes of eight curves around a centre, as the circle it is."""
    curves = re.fullmatch(r"M[^CLMz]+((?:C[^CLMz]+){8})z\s*", element.get("d", ""))
    if curves:
        numbers = [float(number) for number in curves[1].replace("C", " ").split()]
        corners = [math.hypot(*numbers[i : i + 2]) for i in range(4, 48, 6)]
        if max(corners) - min(corners) < 1e-3:
            del element.attrib["d"]
            element.tag = _CIRCLE
            element.set("r", str(corners[0]))


def _round(element):
    for attribute, value in list(element.attrib.items()):
        if attribute == "d":
            element.set("d", thinned(value))
        elif attribute in _LENGTHS:
            element.set(attribute, " ".join(_short(float(each)) for each in value.split()))
        elif attribute == "transform":
            short = re.sub(r"(\w+)\(([^)]*)\)", _transform, value).strip()
            element.set("transform", short)
            if not short:
                del element.attrib["transform"]
        elif attribute == "style":
            element.set("style", re.sub(r"(?<=[: ])-?\d*\.\d{4,}", _style_number, value))


def _short(value, decimals=2):
    text = f"{rounded(value, decimals):.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _style_number(found):
    return _short(float(found[0]), 3)


def _transform(found):
    kind, numbers = found[1], [float(number) for number in _NUMBER.findall(found[2])]
    if kind == "rotate" and numbers[0] == 0:
        return ""
    places = {"translate": [2, 2], "rotate": [4, 2, 2], "matrix": [6, 6, 6, 6, 2, 2]}
    decimals = places.get(kind, [6] * len(numbers))
    short = (_short(*pair) for pair in zip(numbers, decimals, strict=False))
    return f"{kind}({' '.join(short)})"


def thinned(path: str) -> str:
    """The data of an SVG path in hundredths of a point, without points that nobody can see."""
    parts = []
    line = []

    def finish():
        if line:
            (x, y), *others = _seen(line)
            parts.append(f"M{_pair(x, y)}")
            if others:
                # Steps from point to point are shorter to write than places.
                pairs = itertools.pairwise([(x, y), *others])
                steps = [_pair(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairs]
                parts.append("l" + re.sub(" (?=-)", "", " ".join(steps)))
            line.clear()

    for command, numbers in re.findall(r"([A-DF-Za-df-z])([^A-DF-Za-df-z]*)", path):
        places = [_hundredth(float(number)) for number in _NUMBER.findall(numbers)]
        if command == "M":
            finish()
        if command in "ML" and (line or command == "M"):
            line.append(tuple(places))
            continue
        finish()
        parts.append(command + " ".join(_hundredths(place) for place in places))
    finish()
    return "".join(parts)


def _hundredth(value):
    return math.floor(value * 100 + 0.5 + _OFF)


def _hundredths(whole):
    sign, (points, rest) = "-" * (whole < 0), divmod(abs(whole), 100)
    return f"{sign}{points}.{rest:02d}".rstrip("0").rstrip(".")


def _pair(x, y):
    return f"{_hundredths(x)} {_hundredths(y)}".replace(" -", "-")


def _seen(line):
    """Douglas and Peucker's choice of points, on whole numbers and so the same everywhere."""
    kept = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        (x0, y0), (x1, y1) = line[first], line[last]
        across, up = x1 - x0, y1 - y0
        length = across * across + up * up
        furthest, at = _MOST_ASIDE**2, None
        for i in range(first + 1, last):
            x, y = line[i][0] - x0, line[i][1] - y0
            along = x * across + y * up
            if 0 < along < length:
                aside = (x * up - y * across) ** 2 / length
            else:
                aside = min(x * x + y * y, (x - across) ** 2 + (y - up) ** 2)
            if aside > furthest:
                furthest, at = aside, i
        if at is not None:
            kept.add(at)
            spans += [(first, at), (at, last)]
    return [line[i] for i in sorted(kept)]


def _join_letters(text):
    """Letters that matplotlib places one by one, as runs of one look: shorter, and one word."""
    for before, after in reversed(list(itertools.pairwise(text))):
        alike = all(before.get(name) == after.get(name) for name in ("y", "style"))
        if alike and before.tail is None and set(after.attrib) == {"x", "y", "style"}:
            before.text += after.text
            before.set("x", f"{before.get('x')} {after.get('x')}")
            before.tail = after.tail
            text.remove(after)


def _rename(root, name, kept):
    """Own names for what is referred to, in order; equal things become one."""
    names, first = {}, {}
    for parent in list(root.iter()):
        for element in list(parent):
            old = element.get("id", "")
            if not re.fullmatch(r"[A-Za-z]\w*[0-9a-f]{10}", old) or old in kept:
                continue
            del element.attrib["id"]
            same = ElementTree.tostring(element)
            if same in first:
                parent.remove(element)
            else:
                first[same] = f"{name}-def-{len(first)}"
                element.set("id", first[same])
            names[old] = first[same]
    for element in root.iter():
        old = element.get("id", "")
        if re.fullmatch(r"axes_\d+", old):
            element.set("class", "ll-axes")
        if old and old not in kept and old not in names.values():
            del element.attrib["id"]
        for attribute, value in element.attrib.items():
            if attribute == _HREF and value.startswith("#"):
                element.set(attribute, "#" + names[value[1:]])
            elif "url(#" in value:
                pattern = r"url\(#(\w+)\)"
                element.set(attribute, re.sub(pattern, lambda m: f"url(#{names[m[1]]})", value))


def _flatten(element):
    """Let groups that say nothing give way to what they hold."""
    for child in list(element):
        _flatten(child)
    held = []
    for child in element:
        if child.tag in (_GROUP, _DEFS) and not len(child):
            continue
        held.extend(child if child.tag == _GROUP and not child.attrib else [child])
    element[:] = held


def _say_once(root):
    """Move styles from the elements that repeat them to what they inherit from."""
    texts = [element for element in root.iter() if element.tag in (_TEXT, _SPAN)]
    inherited = ["font-size", "font-family"]
    # who says nothing begins where it is put
    if all("text-anchor" in _style(text) for text in texts if text.tag == _TEXT):
        inherited.append("text-anchor")
    for wanted in inherited:
        common = Counter(_style(text).get(wanted) for text in texts).most_common(1)
        if common and common[0][0]:
            _set_style(root, _style(root) | {wanted: common[0][0]})
            for text in texts:
                own = _style(text)
                if own.get(wanted) == common[0][0]:
                    del own[wanted]
                    _set_style(text, own)
    uses = {}
    for element in root.iter():
        if element.tag == _USE:
            uses.setdefault(element.get(_HREF)[1:], []).append(element)
    for element in root.iter():
        used = uses.get(element.get("id"), [])
        styles = {use.get("style") for use in used}
        if len(styles) == 1 and None not in styles:
            _set_style(element, _style(used[0]) | _style(element))
            for use in used:
                del use.attrib["style"]


def _clip_once(parent):
    """Let shapes side by side that are cut at the same edges, such as bars, be cut together."""
    for child in parent:
        _clip_once(child)
    held = []
    for clip, run in itertools.groupby(parent, _clip_of_one):
        alike = list(run)
        if clip and len(alike) > 1:
            together = ElementTree.Element(_GROUP, {"clip-path": clip})
            for group in alike:
                del group[0].attrib["clip-path"]
                together.append(group)
            alike = [together]
        held += alike
    parent[:] = held


def _clip_of_one(group):
    """Where the only path of a group is cut, if it has one and stands where the group does."""
    path = group[0] if group.tag == _GROUP and len(group) == 1 else None
    if path is None or "transform" in {*group.attrib, *path.attrib} or "clip-path" in group.attrib:
        return None
    return path.get("clip-path") if path.tag == f"{{{SVG}}}path" else None


def _inherit_ink(element):
    """Texts in ink need not say so, unless something around them has another colour."""
    for child in element:
        own = _style(child)
        if child.tag == _TEXT and own.get("fill") == INK:
            del own["fill"]
            _set_style(child, own)
        if "fill" not in own:
            _inherit_ink(child)


def _style(element):
    pairs = (part.partition(":") for part in element.get("style", "").split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _set_style(element, style):
    element.attrib.pop("style", None)
    if style:
        element.set("style", "; ".join(f"{name}: {value}" for name, value in style.items()))
