"""Where no line of a page may end."""

import re

_CODE = re.compile(r"(<(pre|code|svg)\b.*?</\2>)", re.S)
_BEFORE_PERCENT = re.compile(r"(?<=[\d}]) (?=%)")
# A browser may end a line on either side of a formula, whatever stands there.
_BESIDE_FORMULA = re.compile(
    r"""(?<!ll-whole>)(?<!ll-whole">)([(\[]?)"""
    r"""<math\b(?![^>]*display=)[^>]*>(?:(?!</math>).)*</math>([.,;:!?)\]]*)""",
    re.S,
)


def together(html: str) -> str:
    """HTML, or a text that holds some, in which no line ends between a number and its per cent
    sign, or between a formula and its bracket or comma; code and drawings stay as they are."""
    parts = _CODE.split(html)
    # the pattern has two groups: text, the element, its name, text, …
    parts[::3] = [_BESIDE_FORMULA.sub(_whole, _kept(part)) for part in parts[::3]]
    return "".join(part for number, part in enumerate(parts) if number % 3 < 2)


def _kept(text):
    return _BEFORE_PERCENT.sub("\xa0", text)


def _whole(found):
    # without quotes, so that it may stand in a text of JSON
    return f"<span class=ll-whole>{found[0]}</span>" if found[1] or found[2] else found[0]
