"""Numbers in words, as `numbers.js` writes them in the browser."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from looplab.errors import ModelError
from looplab.language.interface import in_marks

_STYLE = re.compile(r"(\+?)(?:(?:\.(\d+))?([f%d]))?")
# What JavaScript's toExponential(11) gives, and room for every number there is.
_TWELVE_DIGITS = Context(prec=12, rounding=ROUND_HALF_UP)
_ALL_DIGITS = Context(prec=2000, rounding=ROUND_HALF_EVEN)
_THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_EVEN)
# From this power of ten on, a number is written with it: nobody counts so many zeros.
_POWER = 15
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

# A hyphen that begins a number; not in a range, a name, a date or an address.
_HYPHEN = re.compile(r"(?<![\w.\-–−/=])-(?=\d)(?![^<]*>)")


def check_style(style: str, where: str) -> None:
    """Raise `ModelError`, naming `where` it stands, unless `style` is a format for `number`."""
    if not _STYLE.fullmatch(style):
        raise ModelError(
            f"{where}: {style!r} is not a number format: write .2f, +.2f, .0% or d, or nothing for "
            "at most five digits."
        )


def number(value: float, style: str = "") -> str:
    """`value` in a format such as ".2f", "+.2f", ".0%" or "d", with a true minus sign.

    Decimals and groups have the marks of the language that is spoken.
    Without a format it has at most five significant digits, and no zeros at its end. What is
    rounded is the number to twelve significant digits, since the last bits of a sum differ between
    NumPy and the browser; ties go to the even neighbour. From 10¹⁵ on it has three significant
    digits and a power of ten, whatever the format.
    """
    plus, digits, kind = _STYLE.fullmatch(style).groups()
    if math.isnan(value):
        return "–"
    text, some, power = "∞", True, ""
    if math.isfinite(value):
        exact = _TWELVE_DIGITS.create_decimal_from_float(abs(value))
        exact = exact.scaleb(2, _ALL_DIGITS) if kind == "%" else exact
        places = {"d": 0, None: max(0, 4 - exact.adjusted())}.get(kind, 6)
        places = int(digits) if digits and kind != "d" else places
        if exact.adjusted() >= _POWER:
            rounded = _THREE_DIGITS.plus(exact)
            text = f"{rounded.scaleb(-rounded.adjusted()).normalize():f}"
            power = f" × {power_of_ten(rounded.adjusted())}"
        else:
            rounded = exact.quantize(Decimal(1).scaleb(-places), context=_ALL_DIGITS)
            some, text = rounded != 0, f"{rounded:f}"
            if kind is None and places:
                text = text.rstrip("0").rstrip(".")
    sign = "−" if value < 0 and some else plus
    return sign + in_marks(text) + power + ("%" if kind == "%" else "")


def power_of_ten(power: int) -> str:
    """Ten to a whole power, as it is printed: 10⁻⁹."""
    return "10" + str(power).translate(_RAISED)


def with_minus(text: str) -> str:
    """The text or HTML with a true minus sign before every negative number."""
    return _HYPHEN.sub("−", text)
