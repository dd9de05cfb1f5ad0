"""The contract between Python and the browser as TypeScript, for the check of the browser's half.

    python tests/typescript.py

writes `contract.d.ts` anew from the records of `contract.py`.
"""

import inspect
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin, is_typeddict

from browser import REPOSITORY

from looplab.figure import contract

FILE = REPOSITORY / "src" / "looplab" / "figure" / "contract.d.ts"
_HEAD = "// What contract.py declares, for the type check: tests/typescript.py writes this file.\n"
_NAMES = {str: "string", float: "number", int: "number", bool: "boolean", NoneType: "null"}


def written() -> str:
    """The text of `contract.d.ts`."""
    records = [each for each in vars(contract).values() if is_typeddict(each)]
    records.sort(key=lambda each: inspect.getsourcelines(each)[1])
    parts = [_HEAD, *map(_interface, records)]
    for name in ("SourceRecord", "AxisRecord"):
        parts.append(f"export type {name} = {_type(getattr(contract, name))};\n")
    return "\n".join(parts)


def _interface(record):
    fields = "".join(
        f"  {name}{'' if always else '?'}: {_type(kind)};\n"
        for name, (kind, always) in contract.hints(record).items()
    )
    return f"export interface {record.__name__} {{\n{fields}}}\n"


def _type(kind):
    origin, inner = get_origin(kind), get_args(kind)
    if kind is list:
        return "any[]"
    if origin is Literal:
        return " | ".join(f'"{each}"' for each in inner)
    if origin in (UnionType, Union):
        return " | ".join(map(_type, inner))
    if origin is list:
        whole = _type(inner[0])
        return f"({whole})[]" if " | " in whole else f"{whole}[]"
    if origin is tuple:
        return f"[{', '.join(map(_type, inner))}]"
    if origin is dict:
        return f"Record<string, {_type(inner[1])}>"
    return kind.__name__ if is_typeddict(kind) else _NAMES[kind]


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
