"""The contracts between Python and the browser as TypeScript, for the check of the browser's half.

    python tests/typescript.py

writes each `contract.d.ts` anew from the records of the `contract.py` beside it.
"""

from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Literal, Union, get_args, get_origin, is_typeddict

from looplab.figure import contract as figures
from looplab.learn import contract as elements

FILES = {Path(each.__file__).with_suffix(".d.ts"): each for each in (figures, elements)}
_HEAD = "// What contract.py declares, for the type check: tests/typescript.py writes this file.\n"
_NAMES = {str: "string", float: "number", int: "number", bool: "boolean", NoneType: "null"}


def written(contract: ModuleType) -> str:
    """The text of `contract.d.ts`."""
    own = {name: each for name, each in vars(contract).items() if not name.startswith("_")}
    parts = [_HEAD, *(_interface(each) for each in own.values() if is_typeddict(each))]
    for name in [name for name in ("SourceRecord", "AxisRecord") if name in own]:
        parts.append(f"export type {name} = {_type(own[name])};\n")
    return "\n".join(parts)


def _interface(record):
    fields = "".join(
        f"  {name}{'' if always else '?'}: {_type(kind)};\n"
        for name, (kind, always) in figures.hints(record).items()
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
    for file, contract in FILES.items():
        file.write_text(written(contract), encoding="utf-8")
