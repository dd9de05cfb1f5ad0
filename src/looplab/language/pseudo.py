"""English as nobody writes it: accents on every letter, longer, from right to left.

A page in it shows what speaks English whatever the language, and what has no room for a longer one.
"""

from __future__ import annotations

import re

from fluent.syntax.ast import Message, Pattern, Resource, TextElement
from fluent.syntax.visitor import Transformer

PSEUDO = "en-XA"
_ITSELF = {
    "tag": PSEUDO,
    "direction": "rtl",
    "decimal-mark": ",",
    "group-mark": "\u202f",
}
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
_LETTERS = str.maketrans(_PLAIN, _ACCENTED)
# A word gets longer by its vowels; with them a sentence is some 40 % longer.
_VOWEL = re.compile(r"[aeiouAEIOU]")
_MARKUP = re.compile(r"(<[^>]*>)")


def pseudo(english: Resource) -> Resource:
    """The messages of a language, every letter of them accented and every vowel twice."""
    return _Accents().visit(english.clone())


def accented(text: str) -> str:
    """The text with every letter accented and every vowel twice."""
    return _VOWEL.sub(r"\g<0>\g<0>", text).translate(_LETTERS)


class _Accents(Transformer):
    def visit_Message(self, message: Message) -> Message:
        if text := _ITSELF.get(message.id.name):
            message.value = Pattern([TextElement(text)])
            return message
        return self.generic_visit(message)

    def visit_TextElement(self, element: TextElement) -> TextElement:
        parts = _MARKUP.split(element.value)
        parts[::2] = map(accented, parts[::2])
        element.value = "".join(parts)
        return element
