"""Texts that nobody should be able to do harm with, for every door through which text comes in.

What runs any of it sets `globalThis.ran`, which `RAN` reads in a page.
"""

RAN = "globalThis.ran"
SHORT = {
    "markup": "</p></div><b>bold</b> & <",
    "script": "<script>globalThis.ran=1</script>",
    "handler": '<img src=x onerror="globalThis.ran=1">',
    "drawing": "<svg onload='globalThis.ran=1'></svg>",
    "end of an attribute": '"><img src=x onerror=globalThis.ran=1>',
    "end of another": "' autofocus tabindex=0 onfocus='globalThis.ran=1",
    "end of a script": "</script><script>globalThis.ran=1</script>",
    "comment": "<!--<script>globalThis.ran=1//-->",
    "link": "[x](javascript:globalThis.ran=1)",
    "frame": "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "template": "{{ 7*7 }}{% x %}${7*7}",
    "formula": '=HYPERLINK("https://example.org","x")',
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(A1)",
    "tab": "\t=1+1",
    "right to left": "\u202e\u2066abc\u05d0\u05d1",
    "invisible": "a\u200bb\ufeff",
    "path": "../../etc/passwd",
    "other path": "a/b\\c:d",
    "device": "CON",
    "quotes": 'O\'Brien, "Bob"; --',
    "letters": "Zoë 多田 花子 \U0001f600",
    "prototype": "__proto__",
    "constructor": "constructor",
    "huge": "1e999",
    "digits": "9" * 400,
    "not a number": "NaN",
    "infinity": "-Infinity",
    "hexadecimal": "0x10",
    "none": "null",
}
ODD = {
    "null": "a\0b",
    "colours of a terminal": "\x1b[31mred\x07",
    "lines": "a\r\nb\u2028c",
    "half a letter": "\ud800",
    "long": "x" * 100_000,
}
"""What files cannot hold as text, or a page would not show as it is."""
EVERY = SHORT | ODD
