"""Scripts for the browser: modules with declared imports, joined to one text, free of slips."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from browser import REPOSITORY, missing
from py_mini_racer import MiniRacer

from looplab import browser
from looplab.errors import LoopError

SCRIPTS = sorted(
    path
    for package in ("looplab", "breaking_the_loop")
    for path in (REPOSITORY / "src" / package).rglob("*.[jt]s")
    if "vendor" not in path.parts
)
FLUENT = (REPOSITORY / "src" / "looplab" / "vendor" / "fluent").glob("*.js")
SENT = [path for path in (*SCRIPTS, *FLUENT) if path.suffix == ".js"]


@pytest.fixture
def files(monkeypatch):
    """Modules that exist only in this test: name to text."""
    made = {}

    def read(name):
        if name not in made:
            raise LoopError(f"there is no script or style {name}")
        return made[name]

    monkeypatch.setattr(browser, "_read", read)
    return made


def joined(files, **texts):
    files.update({f"p/{name}.js": text for name, text in texts.items()})
    return browser._module.__wrapped__("en", "p/main.js")


def test_modules_are_joined_once_each_and_before_those_that_import_them(files):
    files["q/low.js"] = "export const one = 1;\nexport default { one };\n"
    text = joined(
        files,
        main='import { two } from "./mid.js";\nimport { one } from "../q/low.js";\n'
        "export const three = one + two;\n",
        mid='import {\n  one,\n} from "../q/low.js";\n'
        "export function two_() { return 1; }\nexport const two = one + two_();\n",
    )
    racer = MiniRacer()
    racer.eval(text)
    assert racer.eval("three") == 3
    assert text.count("const one") == 1 and "import" not in text and "export" not in text


@pytest.mark.parametrize(
    "texts, message",
    [
        ({"main": 'import { a } from "./gone.js";\n'}, "p/main.js imports ./gone.js: there is no"),
        (
            {"main": 'import { a } from "./o.js";\n', "o": "export const b = 1;\nconst a = 2;\n"},
            "imports 'a' from p/o.js, which exports b",
        ),
        (
            {
                "main": 'import { a } from "./o.js";\nexport const b = 1;\n',
                "o": 'import { b } from "./main.js";\nexport const a = 1;\n',
            },
            "in a circle: p/main.js → p/o.js → p/main.js",
        ),
        (
            {
                "main": 'import { a } from "./o.js";\nconst b = a;\n',
                "o": "export const a = 1;\nconst { c, d: b } = {};\n",
            },
            "p/main.js and p/o.js both declare 'b'",
        ),
        ({"main": 'import all from "./o.js";\n', "o": ""}, "cannot be joined; allowed are import"),
        ({"main": "const a = 1;\nexport { a };\n"}, "'export { a };' cannot be joined"),
    ],
)
def test_what_cannot_be_joined_is_named(files, texts, message):
    with pytest.raises(LoopError) as error:
        joined(files, **texts)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "name",
    [
        "looplab/figure/living.js",
        "looplab/learn/learn.js",
        "looplab/publish/page/page.js",
        "breaking_the_loop/evidence/ledger.js",
        "breaking_the_loop/fit_yourself/game.js",
    ],
)
def test_the_modules_of_the_course_join_to_one_script_that_parses(name):
    text = browser.module(name)
    MiniRacer().eval(f"async () => {{ {text.replace('export default', 'void')} }}")


@pytest.mark.parametrize("path", SENT, ids=lambda path: path.name)
def test_no_text_with_fields_stands_within_another(path):
    """Who takes blanks out of scripts (rjsmin) ends the outer text where the inner one begins, and
    then takes blanks out of texts."""
    assert re.findall(r"\$\{[^}`]*`", path.read_text("utf-8")) == []


def test_no_script_has_a_fault_that_oxlint_finds():
    oxlint = shutil.which("oxlint", path=sysconfig.get_path("scripts")) or shutil.which("oxlint")
    if oxlint is None:
        missing("oxlint is not installed: uv sync installs it")
    found = subprocess.run([oxlint, "src"], cwd=REPOSITORY, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
    assert f"on {len(SCRIPTS)} files" in found.stdout


def faults_of_types(folder):
    """What TypeScript finds in the scripts of a folder, checked against their JSDoc types."""
    tsc = shutil.which("tsc")
    if tsc is None:
        missing("tsc is not installed: apt-get install node-typescript")
    found = subprocess.run([tsc, "--project", "."], cwd=folder, capture_output=True, text=True)
    return [line for line in found.stdout.splitlines() if "error TS" in line] or (
        [] if found.returncode == 0 else [found.stdout + found.stderr]
    )


def test_no_script_has_a_fault_that_the_type_check_finds():
    assert faults_of_types(REPOSITORY) == []


FIELD = re.compile(r"^  (?!kind\b|element\b)(\w+)(?=\??:)", re.M)
# What is handed on with a whole record, or through a function that takes any.
HANDED_ON = {"parameters", "step", "format"}


@pytest.mark.parametrize("whole", [False, True], ids=["parts", "elements"])
def test_a_wrong_name_of_any_field_of_a_contract_is_found(tmp_path, whole):
    """Renamed are the fields of an element's whole record, or those of all other records: what is
    within a field that has another name is not looked at."""
    renamed = set()
    for path in [*SCRIPTS, REPOSITORY / "tsconfig.json"]:
        copy = tmp_path / path.relative_to(REPOSITORY)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8")
        if path.name == "contract.d.ts":
            records = re.split(r"(?=^export )", text, flags=re.M)
            for i, record in enumerate(records):
                name = record.split("{")[0]
                if ("Spec " not in name) and ("  notes: " in record) == whole:
                    renamed |= set(FIELD.findall(record))
                    records[i] = FIELD.sub(r"  \1_renamed", record)
            text = "".join(records)
        copy.write_text(text, encoding="utf-8")
    faults = faults_of_types(tmp_path)
    found = {
        name for fault in faults for name in re.findall(r"Property '(\w+)' (?:does|is)", fault)
    }
    # parts of a record that is itself missed, or looked up by a name
    within = {"statistic", "coarse", "fine", "last", "values", "low", "high", "close"}
    assert renamed - found <= within | HANDED_ON
    scripts = {Path(fault.split("(")[0]).name for fault in faults}
    assert scripts >= (
        {"learn.js", "answers.js", "task.js"}
        if whole
        else {"living.js", "sources.js", "artists.js", "controls.js", "words.js", "sheet.js",
              "compile.js", "rules.js", "host.js", "equations.js", "answers.js", "task.js",
              "handin.js"}
    )  # fmt: skip


SHEETS = sorted(
    path for path in (REPOSITORY / "src" / "looplab").rglob("*.css") if "vendor" not in path.parts
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_no_rule_hangs_on_what_lies_anywhere_below(sheet):
    # A browser would look such a rule through at every change of a drawing in it.
    text = sheet.read_text("utf-8")
    for asked in re.findall(r":has\(((?:[^()]|\([^()]*\))*)\)", text):
        for part in asked.split(", "):
            assert re.fullmatch(r"[>+~] \S+( [>+~] \S+)*", part), f":has({asked})"
