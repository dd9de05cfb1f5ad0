"""What the course must never assert: a guard over its prose, captions, labels and tables.

A sentence may repeat a forbidden claim when it attributes it (the article says ...) and the same or
the next sentence gives the verdict, when it denies it, or when it asks. Doses may be reported as
what a trial did. The guard is a net with a known mesh, not a substitute for reading.
"""

import ast
import csv
import json
import re
from pathlib import Path

import pytest
import yaml
from reference_tables import reference

from looplab.marks import MARK

ROOT = Path(__file__).parents[1]

TREATMENT = r"(?:ERP|EX/RP|SSRIs?|exposure(?: therapy)?|CBT|clomipramine|conventional treatments?)"
BETTER = r"(?:better|faster|worse|superior|inferior|stronger|(?:more|less) effective)"
SHARE = r"(?:half|most|a (?:third|quarter)|two thirds|\d[\d.]* ?(?:%|per cent))"
PEOPLE = r"(?:patients|people|participants|adults|cases)"
GAIN = r"(?:respond|remi[ts]|improv|reliev|recover)"

FORBIDDEN = {
    "most patients": r"\bmost (?:patients|people|cases)\b(?! (?:did|do|were|are) not\b)",
    "high efficacy": r"\bhigh(?:ly)? (?:efficacy|effective)\b",
    "cure, heal, reset or rewire": (
        r"\b(?:cur(?:es?|ed)|heal(?:s|ed|ing effect)?|rewir(?:es?|ed|ing))\b"
        r"|\bresets? (?:the|your) (?:brain|mind|circuit)"
    ),
    "ketamine works": r"\bketamine (?:infusions? )?(?:works?|treats?|relieves?|helps?)\b",
    "safety": (
        r"\b(?:ketamine|infusions?|treatments?|drugs?|it)\b.*\b(?:is|are|was|were) (?:\w+ )?safe\b"
        r"|\b(?:no|without) side effects\b"
    ),
    "approved for OCD": r"ketamine.*\bapproved\b.*\b(?:for|in) (?:OCD|obsessive)",
    "less addictive": r"\bless addictive\b",
    "lasting relief": (
        r"\b(?:relief|effects?|benefits?|remission)\b.*\b(?:lasts?|persists?)\b.*"
        r"\b(?:months|years|long|for good)\b"
        r"|\b(?:gives?|brings?|produces?|offers?|means?) (?:\w+ )?(?:lasting|sustained|prolonged) "
        r"(?:relief|remission)\b"
    ),
    "an untested comparison": (
        rf"\bketamine\b.*\b{BETTER}\b.*\bthan\b.*\b{TREATMENT}"
        rf"|\b{TREATMENT}\b.*\b{BETTER}\b.*\bthan\b.*\bketamine\b"
    ),
    "just placebo": r"\b(?:just|only|merely|nothing but) (?:a )?placebo\b",
    "a trend": r"\btrend\w* towards? significance\b|\b(?:approach\w*|marginal\w*) significan",
    "worse before better": r"\b(?:worse|worsen\w*)\b.*\bbefore\b.*\b(?:better|improv\w+)\b",
    "half is wasted": (
        r"\b(?:half|part)(?:ly)?\b.*\b(?:ERP|exercises?|therapy|treatments?)\b.*"
        r"\b(?:wasted|worthless|useless|in vain|pointless)\b"
    ),
    "negative feedback loop": r"\bnegative feedback loop\b",
    "8-12 weeks to start": (
        r"\b(?:take|need|require)s?\b.*\b(?:8|eight)\W+(?:to\W+)?(?:12|twelve)\W+weeks.*"
        r"\b(?:start|begin|work)"
    ),
    "one cause": r"\bOCD is caused by\b|\bglutamate causes\b|\bcauses? OCD\b",
    "people as their disorder": (
        r"\bOCD (?:patients|sufferers) (?:do|always|never|are|have)\b"
        r"|\birrational (?:people|patients|persons?)\b"
    ),
}
# Denying these is no excuse, for the sentence is the mistake.
NEVER = {
    "advice": (
        r"\byou should\b|\bask your doctor for\b"
        r"|\b(?:take|try|request|ask for|start with)\b.*\d ?mg\b"
    ),
    "no evidence taken as evidence of none": (
        r"\b(?:p ?[=>] ?0?\.\d+|missed significance|not significant)\b.*"
        r"\b(?:does not work|did not work|no effect|ineffective)\b"
    ),
    "what is not in the abstract of 2013": r"\b11 ?%.*\bphase 2\b|\bphase 2\b.*\b11 ?%",
    "a memory effect by a study of all drugs": r"\bmemantine\b[^.;]*\(Coelho",
    "antidepressants told as SSRIs": r"\bSSRIs?\b[^.]*\b31 ?%[^.]*\b17 ?%",
}
RATE = (
    rf"\b{SHARE} of (?:all |the |these )?(?:\w+ ){{0,2}}{PEOPLE}\b.*{GAIN}"
    r"|\brespon(?:se|der) rates? (?:of|was|is|were|:)? ?(?:about )?\d"
    r"|\d ?% (?:respond|response|remission)"
)
NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|none)"
COUNT = rf"\b{NUMBER} of {NUMBER}\b|\bn ?= ?\d|\d+/\d+"
INTERVAL = r"\binterval\b|\bCI\b|\d ?%? ?(?:to|–|-|and) ?\d[\d.]* ?(?:%|per cent)"
DEPRESSION = r"\b(?:depressi\w+|MADRS|HAM-?D)\b"

ATTRIBUTED = (
    r"\b(?:article|clinic|advert\w*|text|claim)s?\b[^.]*?"
    r"\b(?:says?|said|claims?|calls?|states?|promises?|implies|suggests?|describes?)\b"
    r"|^claims?:|[“\"].*[”\"]"
)
VERDICT = (
    r"\bno (?:study|trial|data|evidence|human)|\bnot (?:supported|shown|tested|known)\b"
    r"|\b(?:has|have|was|were|is|are) (?:not|never)\b|\bpartly supported\b|\bthe learning term\b"
    r"|\b(?:untested|contested|unsupported|cannot|metaphor)\b"
)
DENIED = (
    r"\b(?:no|not|none|nothing|never|cannot|nor|neither|nobody|whether|untested|unclear"
    r"|misconception)\b"
)


def _plain(text):
    """Prose without code, mathematics, tags and Markdown marks."""
    text = re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|<[^>]*>", " ", text, flags=re.DOTALL)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[*_#>|]+", " ", text)


def sentences(text):
    """The sentences of a text; a blank line or a list item ends one as well."""
    for block in re.split(r"\n\s*\n|\n\s*(?:[-*]|\d+\.) ", text):
        for sentence in re.split(
            r"(?<=[.!?])[\"”’)]*\s+(?=[A-Z“\"(])", " ".join(_plain(block).split())
        ):
            if sentence:
                yield sentence


def faults(text, table=False):
    """(sentence, what is wrong with it) for every sentence that asserts what must not be.

    In a table the counts and the sample stand in other columns, so a rate may stand alone there.
    """
    found = []
    spoken = list(sentences(text))
    for place, sentence in enumerate(spoken):
        if sentence.endswith("?"):
            continue
        for name, pattern in NEVER.items():
            if re.search(pattern, sentence, re.IGNORECASE):
                found.append((sentence, name))
        context = " ".join(spoken[place : place + 2])
        attributed = re.search(ATTRIBUTED, sentence, re.IGNORECASE)
        if attributed and re.search(VERDICT, context, re.IGNORECASE):
            continue
        for name, pattern in FORBIDDEN.items():
            match = re.search(pattern, sentence, re.IGNORECASE)
            if match and not re.search(DENIED, sentence[: match.end()], re.IGNORECASE):
                found.append((sentence, name))
        if table:
            continue
        if re.search(RATE, sentence, re.IGNORECASE) and not sentence.startswith("Suppose"):
            if not re.search(COUNT, sentence, re.IGNORECASE):
                found.append((sentence, "a rate without its n"))
            elif not re.search(INTERVAL, sentence, re.IGNORECASE):
                found.append((sentence, "a rate without its interval"))
        if (
            re.search(DEPRESSION, sentence, re.IGNORECASE)
            and re.search(r"\d", sentence)
            and not re.search(r"\bOCD\b", text)
            and "doi:" not in sentence  # a reference, such as to the journal Depression and Anxiety
        ):
            found.append((sentence, "a depression number without 'not OCD'"))
    return found


def _notebooks():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1):
            if cell["cell_type"] == "markdown":
                yield f"{path.name}, cell {number}", "".join(cell["source"]), False


def _lessons():
    """Every text of the lesson files: questions, answers, feedback, explanations, glossaries."""

    def texts(part, place):
        if isinstance(part, str) and " " in part:
            yield place, part
        elif isinstance(part, dict | list):
            named = part.items() if isinstance(part, dict) else enumerate(part)
            for name, inner in named:
                yield from texts(inner, f"{place}.{name}")

    for path in sorted((ROOT / "src").glob("*/*/lesson.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content.pop("misconceptions", None)  # each is a mistake, and called one
        for place, text in texts(content, path.parent.name):
            yield place, text, False


def _strings():
    """Captions, labels and help: every text of two words or more in the figures and models."""
    for path in sorted((ROOT / "src" / "breaking_the_loop").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if " " in node.value.strip():
                    yield f"{path.name}, line {node.lineno}", node.value, False


# The `claim` column is the article's own assertion and stands beside its verdict.
COLUMNS = {
    "claims.csv": (
        "strength",
        "evidence_for",
        "evidence_against",
        "what_a_student_should_take_away",
    ),
    "trials.csv": ("outcome", "note"),
    "timeline.csv": ("note",),
    "left_out.csv": ("reason",),
    "harms.csv": ("how_often", "comparison", "note"),
}


def _tables():
    for name, columns in COLUMNS.items():
        with (ROOT / "assets" / "evidence" / name).open(newline="", encoding="utf-8") as table:
            for number, row in enumerate(csv.DictReader(table), start=2):
                for column in columns:
                    yield f"{name}, row {number}, column {column}", row[column], True


@pytest.mark.parametrize("source", [_notebooks, _strings, _lessons, _tables])
def test_nothing_asserts_what_it_must_not(source):
    found = [
        f"{place}: {sentence!r} ({what})"
        for place, text, table in source()
        for sentence, what in faults(text, table)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("source", [_notebooks, _strings, _lessons, _tables])
def test_a_threshold_of_clinicians_is_not_called_what_people_notice(source):
    found = [
        (place, sentence)
        for place, text, _ in source()
        for sentence in sentences(text)
        if re.search(r"\b4\.9\b", sentence) and re.search(r"notic", sentence, re.IGNORECASE)
    ]
    assert not found


RULE = "recommends no dose, route or schedule"
BEFORE_THE_FIRST_PART = ("02_nmda_mechanism", "03_onset_timelines")


# What the mark † says, in words of a text's own: the mark and its one explanation are enough.
UNCHECKED = re.compile(
    r"commonly cited|re-?checked|checked again\b|looked up again|(?:not|never) re-?read"
    r"|\b(?:number|percentage|size|year|name)s?(?: is| are)? from memory",
    re.I,
)


def says_unchecked(text):
    """The paragraphs that say so, except the one that explains the mark."""
    paragraphs = [paragraph.strip() for paragraph in re.split(r"\n\s*\n", text)]
    return [each for each in paragraphs if UNCHECKED.search(each) and not each.startswith(MARK)]


@pytest.mark.parametrize("source", [_notebooks, _strings, _lessons, _tables])
def test_that_a_number_was_not_checked_again_is_said_by_the_mark_alone(source):
    told = {where: found for where, text, _ in source() if (found := says_unchecked(text))}
    assert told == {}


def test_a_sentence_that_says_so_in_words_is_found():
    said = "Half of them (commonly cited, not re-checked) agreed."
    assert says_unchecked(f"{said}\n\n† Commonly cited, not re-checked: see there.") == [said]
    assert says_unchecked("The year is from memory.")


def test_the_rule_on_doses_stands_in_the_readme_and_where_a_dose_may_be_read():
    pages = {"README": (ROOT / "README.md").read_text("utf-8")}
    for name in BEFORE_THE_FIRST_PART:
        cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8"))["cells"]
        pages[name] = "".join(cells[0]["source"])
    for name, text in pages.items():
        assert RULE in " ".join(text.replace(">", " ").split()), name


def _examples():
    return [(row["sentence"], row["expected"]) for row in reference("trial_lint_examples")]


def test_there_are_twenty_five_examples():
    assert len(_examples()) == 25


@pytest.mark.parametrize(("sentence", "expected"), _examples())
def test_the_guard_judges_the_examples_right(sentence, expected):
    assert bool(faults(sentence)) == (expected == "fail"), faults(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ketamine works for OCD.",
        "The article says that ketamine heals the brain.",
        "In the trial, ketamine was highly effective.",
        "Relief from one infusion lasts for years.",
        "The response rate was 50 %.",
        "4 of 8 patients, 50 % of patients, responded.",
        "Ketamine infusions help within hours. It is not known why.",
        "SSRIs need eight to twelve weeks to begin working.",
        "Try 0.5 mg/kg first.",
        "Symptoms fell by 5.82 MADRS points against saline.",
        "OCD patients are anxious.",
        "Most people with OCD feel relief after one infusion.",
        "An infusion brings lasting relief.",
        "These infusions are very safe.",
        "The result was not significant, so the drug had no effect.",
        "With ERP it looks worse before it looks better.",
        "Half of an exercise is wasted.",
    ],
)
def test_the_guard_catches(sentence):
    assert faults(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Is ketamine faster than an SSRI?",
        "Nothing here shows that ketamine cures anything, and no trial has tested it.",
        "The claim says that relief lasts for months. It is not supported.",
        "Press reset to start the curve again.",
        "In depression, not OCD, the gap to midazolam was 3.16 MADRS points.",
        "A fall of at least 35 % counts as response.",
        "In this model the learner lets the thought pass.",
    ],
)
def test_the_guard_lets_honest_sentences_pass(sentence):
    assert not faults(sentence)


def test_a_fault_is_named_with_its_file_and_sentence(monkeypatch):
    source = [("03.ipynb, cell 4", "Some prose. Ketamine cures OCD. More prose.", False)]
    with pytest.raises(AssertionError, match=r"03\.ipynb, cell 4: 'Ketamine cures OCD\.' \(cure"):
        test_nothing_asserts_what_it_must_not(lambda: source)
