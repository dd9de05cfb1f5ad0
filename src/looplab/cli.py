"""The `looplab` command: make, open, publish, present or refresh a course, or count its minutes."""

import argparse
import signal
import sys
from pathlib import Path

from looplab import course, folders, language
from looplab.errors import LoopError, told


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand and return its exit status.

    0 when it did what was asked (stopping `open` with Ctrl-C included), 1 with a message on
    standard error when it could not, 2 for a command line that makes no sense, 130 when Ctrl-C, or
    whoever asks it to end, cuts other work short.
    """
    options = vars(_parser().parse_args(arguments))
    command = options.pop("command")
    # Asked to end, it tidies up as after Ctrl-C, which a shell has those ignore that it starts in
    # the background.
    asked = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, signal.default_int_handler) for each in asked]
    try:
        with folders.writable():
            command(**options)
    except LoopError as error:
        print(f"looplab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("looplab: stopped", file=sys.stderr)
        return 130
    finally:
        for each, handler in zip(asked, before, strict=True):
            signal.signal(each, handler)
    return 0


def _new(folder: Path) -> None:
    from looplab.new import new

    new(folder)


def _publish(
    notebooks: list[str],
    out: Path,
    parameters: list[tuple[str, object]],
    package: str | None,
    format: str,
    answers: str,
    paper: str,
    other_names: bool,
    language: str,
    anew: bool,
) -> None:
    from looplab.language import ENGLISH, speaking
    from looplab.publish import again, publish
    from looplab.publish.package import pack
    from looplab.publish.paper import print_pdfs

    given = dict(parameters)
    if format == "pdf" and package:
        raise LoopError("--format pdf makes handouts and --package packages: ask for one of them")
    if other_names and (format == "pdf" or package):
        raise LoopError("--other-names makes pages: leave --format pdf and --package out")
    if language != ENGLISH and other_names:
        raise LoopError("--other-names are English: leave --language out")
    if anew:
        again.forget()
    with speaking(language):
        if format == "pdf":
            files = print_pdfs(notebooks, out, given, answers, paper)
        elif package:
            files = pack(package, notebooks, out, given)
        else:
            files = publish(notebooks, out, given, other_names)
    for file in files:
        print(file)


def _present(notebooks: list[str], out: Path, way: str, language: str, anew: bool) -> None:
    from looplab.language import speaking
    from looplab.publish import again
    from looplab.publish.deck import present

    if anew:
        again.forget()
    with speaking(language):
        decks = present(notebooks, out, way)
    for deck in decks:
        print(deck)


def _translate(language: str, notebooks: list[str]) -> None:
    from looplab.language.extract import translate

    for state in translate(language, notebooks):
        print(state)
        for what in ("missing", "changed", "unfit"):
            for text in getattr(state, what):
                print(f"  {what}: {' '.join(text.split())}")


def _refresh(notebooks: list[str]) -> None:
    from looplab.publish.execute import refresh

    refresh(notebooks)


def _minutes(notebooks: list[str]) -> None:
    import nbformat

    from looplab.publish import minutes
    from looplab.publish.execute import choose

    for path in choose(notebooks):
        nb = nbformat.read(path, as_version=4)
        found = minutes.sections(nb)
        print(f"{path.stem}: {minutes.total(found)} minutes, without what is optional")
        for section in found:
            name = section.part or "–"
            print(f"  {name:>5}  {section.minutes:3} {section.use:9} {section.title}")
        for name, length in minutes.path_minutes(nb).items():
            print(f"  path {name}: {length:.0f} minutes")


def _collect(language: str, **options) -> None:
    from looplab.collect import collect
    from looplab.language import speaking

    with speaking(language):
        for path in collect(**options):
            print(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="looplab",
        description="Make, open, publish or refresh a course of notebooks.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    opening = commands.add_parser(
        "open", help="open JupyterLab on the course; Ctrl-C stops it (exit status 0)"
    )
    opening.add_argument(
        "--no-browser",
        dest="browser",
        action="store_false",
        help="print the address instead of opening a browser",
    )
    opening.add_argument(
        "--port", type=_port, metavar="N", help="port to use (default: first free from 8888)"
    )
    opening.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="the course's folder, made if it is not there (default: the one you are in, else "
        "one here that is named like the course)",
    )
    opening.set_defaults(command=course.open_lab)

    making = commands.add_parser(
        "new",
        help="make a small course of your own: one notebook, model, figure and lesson",
    )
    making.add_argument(
        "folder", type=Path, metavar="FOLDER", help="where; new or empty, and named like the course"
    )
    making.set_defaults(command=_new)

    publishing = commands.add_parser(
        "publish", help="execute notebooks and write each as one HTML file"
    )
    _add_notebooks(publishing)
    publishing.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the HTML files"
    )
    publishing.add_argument(
        "-p",
        dest="parameters",
        type=_parameter,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set a notebook parameter to a number, true, false or text; may be repeated",
    )
    publishing.add_argument(
        "--package",
        choices=["scorm12", "moodle-xml", "qti12"],
        help="instead of pages: packages that report a score to a learning-management system "
        "(scorm12), or the questions as a bank for Moodle (moodle-xml) or Canvas (qti12)",
    )
    publishing.add_argument(
        "--format",
        choices=["html", "pdf"],
        default="html",
        help="html: pages (default); pdf: handouts, printed by an installed browser",
    )
    publishing.add_argument(
        "--answers",
        choices=["end", "none", "separate"],
        default="end",
        help="where a handout has its answers (default: end)",
    )
    publishing.add_argument(
        "--paper", choices=["a4", "letter"], default="a4", help="of a handout (default: a4)"
    )
    publishing.add_argument(
        "--other-names",
        action="store_true",
        help="pages on which the subject has invented names, for readers whom it touches",
    )
    _add_language(publishing)
    _add_anew(publishing)
    publishing.set_defaults(command=_publish)

    presenting = commands.add_parser(
        "present", help="execute notebooks and write each as a deck of slides, one HTML file"
    )
    _add_notebooks(presenting)
    presenting.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the HTML files"
    )
    presenting.add_argument(
        "--path",
        dest="way",
        default="class",
        metavar="NAME",
        help="the way through the notebook to show, or all (default: class)",
    )
    _add_language(presenting)
    _add_anew(presenting)
    presenting.set_defaults(command=_present)

    refreshing = commands.add_parser(
        "refresh", help="execute the course's notebooks again and save their outputs in place"
    )
    _add_notebooks(refreshing)
    refreshing.set_defaults(command=_refresh)

    translating = commands.add_parser(
        "translate",
        help="write or renew the files in which the course's texts are translated",
        description="Write or renew the PO files of a language, and say how far each is and which "
        "texts are missing, changed, or lost a number, field, formula or link. Translations stay.",
    )
    translating.add_argument("language", metavar="TAG", help="the language, such as de")
    _add_notebooks(translating)
    translating.set_defaults(command=_translate)

    collecting = commands.add_parser(
        "collect",
        help="score the answers that students handed in, and sum them up for the class",
        description="Score the answers in FOLDER (files .json, codes in .txt or in the column "
        "`code` of a .csv) and write class.csv and class.html. Exit status 1 when a piece could "
        "not be read: it is named, and all the others are scored. A rerun does only what is new.",
    )
    collecting.add_argument("folder", type=Path, metavar="FOLDER", help="folder of the answers")
    collecting.add_argument(
        "--roster",
        type=Path,
        metavar="ROSTER.csv",
        help="who is in the class: columns student (the number) and name; others are kept. Leave "
        "it out where all records are anonymous",
    )
    collecting.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the table and the page"
    )
    collecting.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="address of a dask scheduler to share the work out, such as tcp://127.0.0.1:8786",
    )
    collecting.add_argument(
        "--workers",
        type=_workers,
        metavar="N",
        help="processes here (default: this one, and one a core for more than a thousand answers)",
    )
    _add_language(collecting, "the language of the class's page")
    collecting.set_defaults(command=_collect)

    counting = commands.add_parser(
        "minutes", help="count how long the parts and paths of executed notebooks take"
    )
    _add_notebooks(counting)
    counting.set_defaults(command=_minutes)
    return parser


def _add_notebooks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "notebooks", nargs="*", metavar="NOTEBOOK", help="such as 01_waves (default: all)"
    )


def _add_language(
    parser: argparse.ArgumentParser, what: str = "a language into which notebooks are translated"
) -> None:
    parser.add_argument(
        "--language",
        default=language.current(),
        metavar="TAG",
        help=f"{what}, such as de (default: that of LOOPLAB_LANGUAGE, else en)",
    )


def _add_anew(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anew",
        action="store_true",
        help="run notebooks again of which nothing changed since they last ran",
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(
            f"{told(text)} is not a port: give a number from 1 to 65535"
        )
    return int(text)


def _workers(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{told(text)} is no number of processes: give 1 or more")
    return int(text)


def _parameter(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not (equals and name.isidentifier()):
        raise argparse.ArgumentTypeError(
            f"{told(text)} is not a parameter: write NAME=VALUE, such as nu_plus=0.5"
        )
    return name, _scalar(value)


def _scalar(text: str) -> bool | int | float | str:
    """Read a value as people write it in TOML or YAML; what is neither is text."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
