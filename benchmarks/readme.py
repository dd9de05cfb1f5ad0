"""Where a measurement stands in the text around it."""

from collections.abc import Iterable
from pathlib import Path

README = Path(__file__).parent / "README.md"


def put(name: str, lines: Iterable[str], page: Path = README) -> None:
    """Print the lines and put them between `<!-- name: start -->` and `<!-- name: end -->`.

    Raises ValueError where `page` has no such place.
    """
    table = "\n".join(lines)
    print(table)
    start, end = f"<!-- {name}: start -->\n", f"<!-- {name}: end -->"
    before, found, rest = page.read_text("utf-8").partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{page} has no place for {name}: add the lines {start}{end}")
    page.write_text(f"{before}{start}{table}\n{end}{after}", encoding="utf-8")
