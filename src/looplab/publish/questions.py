"""What a notebook asks as a question bank: neutral questions, written as Moodle XML or as QTI 1.2.

The texts come from the lesson file, what is right from the executed notebook. Nobody can draw on a
form: a curve is asked for its end. What a model answers in per cent is asked in per cent.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

from markupsafe import escape
from nbformat import NotebookNode

from looplab import course
from looplab.errors import LoopError
from looplab.figure import numbers
from looplab.language.interface import in_marks, say
from looplab.learn.lesson_file import LessonFile, lesson_path
from looplab.learn.text import flat, tex_block
from looplab.publish.html import in_language, title_and_summary, unreviewed
from looplab.saved import VIEW

WIDE = 1000
"""How many times the size of a truth is still "too high" or "too low"."""

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
CONTENT = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"


@dataclass(frozen=True)
class Option:
    """An answer to choose; `text` and `feedback` are HTML."""

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class Range:
    """Numbers from `value - within` to `value + within`, and what is said to them (HTML).

    `name` says in words who gives such a number.
    """

    name: str
    value: float
    within: float
    right: bool
    feedback: str


@dataclass(frozen=True)
class Question:
    """One question. It has `options` (choose one), `ranges` (write a number; the first that fits
    counts) or `ranks` (give each its place, in this order). With `in_order` the options stand as
    they are. `text`, `explained` (said to everybody
    afterwards), `right` and `wrong` are HTML; `picture`, a PNG and what it shows, stands
    first, as the figure does in the notebook."""

    id: str
    title: str
    text: str
    options: list[Option] = field(default_factory=list)
    ranges: list[Range] = field(default_factory=list)
    ranks: list[str] = field(default_factory=list)
    explained: str = ""
    right: str = ""
    wrong: str = ""
    in_order: bool = False
    picture: tuple[bytes, str] | None = None


def questions(nb: NotebookNode, path: Path) -> list[Question]:
    """What the executed notebook asks, in its order; hints, and exercises whose answer is not one
    number, cannot be asked in a form and are left out.

    A question begins with what it needs without its notebook (`alone`). A prediction is made before
    its figure is seen, so it gets no picture unless it asks for one (`with_figure`); that, and a
    check's, is of the figure that stands before it in its part. Raises LoopError for a notebook
    that asks nothing.
    """
    content = LessonFile(lesson_path(course.room(path) or "")).content
    found, picture = [], None
    for cell in nb.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            picture = None
        for output in cell.get("outputs", []):
            about = output.get("metadata", {}).get("looplab", {})
            data = output.get("data", {})
            if asked := about.get("asked"):
                entry = content[asked["element"]][asked["id"]]
                found.append(_asked(entry, asked, content, picture))
            elif exercise := about.get("exercise"):
                if isinstance(exercise["answer"], int | float):
                    entry = content["exercises"][exercise["id"]]
                    found.append(_exercise(entry, exercise["id"], content))
            elif VIEW in data and "image/png" in data:
                shows = output["metadata"]["image/png"].get("alt", "")
                picture = base64.b64decode(data["image/png"]), shows
    if not found:
        raise LoopError(f"{path.stem} asks nothing, so there is no question bank to write")
    return found


def _asked(entry: Mapping, asked: Mapping, content: Mapping, picture) -> Question:
    kind = entry["kind"]
    text = _alone(entry)
    parts = {"explained": tex_block(asked.get("explained", ""))}
    if asked["element"] == "check" or "with_figure" in entry:
        parts["picture"] = picture
    if kind == "choice":
        parts["options"] = [
            Option(
                tex_block(answer["text"]),
                name == asked["right"] or "accepted" in answer,
                _feedback(answer, content),
            )
            for name, answer in entry["answers"].items()
        ]
        parts["in_order"] = "in_order" in entry
    elif kind == "ranking":
        parts["ranks"] = [tex_block(entry["items"][name]["text"]) for name in asked["order"]]
        parts["right"] = _feedback(entry["outcomes"]["right"], content)
        wrong = [_feedback(entry["outcomes"]["wrong"], content)]
        for swap in entry.get("swaps", []):
            above, below = (entry["items"][swap[key]]["text"] for key in ("above", "below"))
            said = say("bank-swapped", above=flat(above), below=flat(below))
            wrong.append(tex_block(said) + _feedback(swap, content))
        parts["wrong"] = "".join(wrong)
        text += "\n\n" + say("bank-ranking")
    else:
        scale = 100 if entry.get("format", "").endswith("%") else 1
        unit = "%" if scale == 100 else entry.get("unit", "")
        if kind == "curve":
            end = numbers.number(asked["end"])
            text += "\n\n" + say("bank-curve", axis=asked["x_label"], end=end)
        if unit:
            text += "\n\n" + say("bank-unit", unit=unit)
        parts["ranges"] = list(_ranges(entry, asked, content, scale))
        if asked["element"] == "check":
            parts["wrong"] = _feedback(entry["outcomes"]["wrong"], content)
    return Question(asked["id"], _title(entry["question"]), tex_block(text), **parts)


def _ranges(entry, asked, content, scale) -> Iterator[Range]:
    outcomes = entry["outcomes"]
    if asked["element"] == "check":
        truth, within = entry["answer"], entry["tolerance"]
        usual, right = within, outcomes["right"]
    else:
        truth, within = asked["truth"], entry["close"]
        usual = entry["scale"]["step"] / 2 if "scale" in entry else within
        right = outcomes["close"]

    def known(name, value, near, is_right, said):
        return Range(name, value * scale, near * scale, is_right, _feedback(said, content))

    yield known("right", truth, within, True, right)
    for key, is_right in (("accepts", True), ("mistakes", False)):
        for each in entry.get(key, []):
            near = each.get("within", usual)
            yield known(_told(each["value"] * scale), each["value"], near, is_right, each)
    if asked["element"] == "predict":
        width = WIDE * max(abs(truth), within)
        yield known(say("bank-high"), truth + width, width, False, outcomes["high"])
        yield known(say("bank-low"), truth - width, width, False, outcomes["low"])


def _exercise(entry: Mapping, id: str, content: Mapping) -> Question:
    right = Range("right", entry["answer"], entry["tolerance"], True, tex_block(entry["right"]))
    others = [
        Range(
            _told(each["value"]),
            each["value"],
            each.get("within", entry["tolerance"]),
            key == "accepts",
            _feedback(each, content),
        )
        for key in ("accepts", "mistakes")
        for each in entry.get(key, [])
    ]
    text = tex_block(_alone(entry))
    return Question(id, _title(entry["question"]), text, ranges=[right, *others])


def _alone(entry: Mapping) -> str:
    """The question as it is asked without its notebook."""
    return "\n\n".join(entry[key].strip() for key in ("alone", "question") if key in entry)


def _feedback(said: Mapping, content: Mapping) -> str:
    """What is said to an answer, and the idea that often stands behind it."""
    html = tex_block(said["feedback"])
    if idea := content.get("misconceptions", {}).get(said.get("misconception")):
        html += tex_block(say("bank-idea", idea=idea))
    return html


def _title(question: str) -> str:
    """The question on one line, as lists of questions show it."""
    line = flat(question).replace("*", "").replace("$", "")
    return line if len(line) <= 80 else line[:79].rsplit(" ", 1)[0] + "…"


def _number(value: float) -> str:
    return f"{value:.10g}"


def _told(value: float) -> str:
    return in_marks(f"{value:g}")


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _below(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = None if text is None else _allowed(text)
    return element


def _allowed(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return "".join(
        letter
        for letter in text
        if letter in "\t\n\r" or "\x20" <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd"
        or letter >= "\U00010000"
    )  # fmt: skip


# Moodle XML


def moodle_xml(nb: NotebookNode, path: Path) -> bytes:
    """The notebook's questions as Moodle XML, in a category named after course and notebook."""
    quiz = ET.Element("quiz")
    category = _below(_below(quiz, "question", type="category"), "category")
    titles = [course.record(course.root()).title, title_and_summary(nb)[0] or path.stem]
    _below(category, "text", "/".join(["$course$/top", *(t.replace("/", "//") for t in titles)]))
    if note := unreviewed(path.stem):
        _moodle_text(quiz[0], "info", note)
    for question in questions(nb, path):
        _moodle(quiz, question, in_language(path.stem))
    return _xml(quiz)


def _moodle(quiz: ET.Element, question: Question, notebook: str) -> None:
    kind = "multichoice" if question.options else "matching" if question.ranks else "numerical"
    item = _below(quiz, "question", type=kind)
    _below(_below(item, "name"), "text", question.title)
    picture = f"{question.id}.png"
    text = _picture_html(question, f"@@PLUGINFILE@@/{picture}") + question.text
    shown = _moodle_text(item, "questiontext", text)
    if question.picture:
        data = base64.b64encode(question.picture[0]).decode()
        _below(shown, "file", data, name=picture, path="/", encoding="base64")
    _moodle_text(item, "generalfeedback", question.explained)
    _below(item, "defaultgrade", "1")
    _below(item, "penalty", "0")
    _below(item, "idnumber", f"{notebook}/{question.id}")
    if question.options:
        _below(item, "single", "true")
        _below(item, "shuffleanswers", "false" if question.in_order else "true")
        _below(item, "answernumbering", "none")
        for option in question.options:
            answer = _moodle_text(item, "answer", option.text)
            answer.set("fraction", "100" if option.right else "0")
            _moodle_text(answer, "feedback", option.feedback)
    elif question.ranks:
        _below(item, "shuffleanswers", "true")
        _moodle_text(item, "correctfeedback", question.right)
        _moodle_text(item, "partiallycorrectfeedback", question.wrong)
        _moodle_text(item, "incorrectfeedback", question.wrong)
        for place, text in enumerate(question.ranks, 1):
            _below(_below(_moodle_text(item, "subquestion", text), "answer"), "text", str(place))
    else:
        for each in question.ranges:
            answer = _below(
                item, "answer", fraction="100" if each.right else "0", format="plain_text"
            )
            _below(answer, "text", _number(each.value))
            _moodle_text(answer, "feedback", each.feedback)
            _below(answer, "tolerance", _number(each.within))
        if question.wrong:
            answer = _below(item, "answer", fraction="0", format="plain_text")
            _below(answer, "text", "*")
            _moodle_text(answer, "feedback", question.wrong)
            _below(answer, "tolerance", "0")


def _moodle_text(parent: ET.Element, tag: str, html: str) -> ET.Element:
    element = _below(parent, tag, format="html")
    _below(element, "text", html)
    return element


def _picture_html(question: Question, address: str) -> str:
    if question.picture is None:
        return ""
    return f'<p><img src="{escape(address)}" alt="{escape(question.picture[1])}"></p>'


# QTI 1.2


def qti12(nb: NotebookNode, path: Path) -> dict[str, bytes]:
    """The notebook's questions as the files of a QTI 1.2 package: manifest, items and pictures.

    Canvas, which reads these packages, takes every range of numbers in one as a right answer. So
    only those that are stand as conditions, and what is said to the others is said to all of them.
    """
    asked = questions(nb, path)
    title, name = title_and_summary(nb)[0] or path.stem, in_language(path.stem)
    root = ET.Element("questestinterop", {"xmlns": QTI})
    assessment = _below(root, "assessment", ident=f"looplab_{name}", title=_allowed(title))
    if note := unreviewed(path.stem):
        _below(assessment, "qticomment", note)
    section = _below(assessment, "section", ident="root_section")
    files = {}
    for question in asked:
        _qti(section, question)
        if question.picture:
            files[f"web_resources/{question.id}.png"] = question.picture[0]
    items = f"{name}/{name}.xml"
    manifest = ET.Element("manifest", {"xmlns": CONTENT, "identifier": f"looplab_{name}_qti"})
    about = _below(manifest, "metadata")
    _below(about, "schema", "IMS Content")
    _below(about, "schemaversion", "1.1.3")
    _below(manifest, "organizations")
    resources = _below(manifest, "resources")
    own = _below(resources, "resource", identifier=f"looplab_{name}", type="imsqti_xmlv1p2")
    _below(own, "file", href=items)
    for number, name in enumerate(files):
        picture = _below(
            resources, "resource", identifier=f"picture_{number}", type="webcontent", href=name
        )
        _below(picture, "file", href=name)
    return {"imsmanifest.xml": _xml(manifest), items: _xml(root), **files}


def _qti(section: ET.Element, question: Question) -> None:
    item = _below(section, "item", ident=question.id, title=_allowed(question.title))
    kind = "multiple_choice" if question.options else "matching" if question.ranks else "numerical"
    about = _below(_below(item, "itemmetadata"), "qtimetadata")
    for label, value in (("question_type", f"{kind}_question"), ("points_possible", "1")):
        entry = _below(about, "qtimetadatafield")
        _below(entry, "fieldlabel", label)
        _below(entry, "fieldentry", value)
    shown = _below(item, "presentation")
    address = f"$IMS-CC-FILEBASE$/{quote(question.id)}.png"
    _qti_text(shown, _picture_html(question, address) + question.text)
    judged = _below(item, "resprocessing")
    score = {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": "100"}
    _below(_below(judged, "outcomes"), "decvar", **score)
    said = {"general_fb": question.explained}
    if question.right:
        all_right = escape(say("bank-all-right"))
        said["general_fb"] += f"<p><strong>{all_right}</strong></p>{question.right}"
    if said["general_fb"]:
        _qti_when(judged, [("other", None, {})], "general_fb", goes_on=True)
    wrong = question.wrong
    if question.options:
        _qti_choice(shown, judged, said, question.options)
    elif question.ranks:
        _qti_places(shown, judged, question.ranks)
    else:
        field = _below(shown, "response_str", ident="response1", rcardinality="Single")
        _below(_below(field, "render_fib", fibtype="Decimal"), "response_label", ident="answer1")
        for number, each in enumerate(question.ranges):
            if not each.right:
                wrong += f"<p><strong>{escape(each.name)}:</strong></p>{each.feedback}"
                continue
            limits = [
                ("vargte", _number(each.value - each.within), {"respident": "response1"}),
                ("varlte", _number(each.value + each.within), {"respident": "response1"}),
            ]
            said[f"right{number}_fb"] = each.feedback
            _qti_when(judged, limits, f"right{number}_fb", score="100")
    if wrong:
        said["general_incorrect_fb"] = wrong
        _qti_when(judged, [("other", None, {})], "general_incorrect_fb", goes_on=True)
    for name, html in said.items():
        if html:
            _qti_text(_below(_below(item, "itemfeedback", ident=name), "flow_mat"), html)


def _qti_choice(shown, judged, said, options: list[Option]) -> None:
    choice = _below(shown, "response_lid", ident="response1", rcardinality="Single")
    labels = _below(choice, "render_choice", shuffle="Yes")
    for number, option in enumerate(options, 1):
        _qti_text(_below(labels, "response_label", ident=f"answer{number}"), option.text)
        said[f"answer{number}_fb"] = option.feedback
        chosen = [("varequal", f"answer{number}", {"respident": "response1"})]
        _qti_when(judged, chosen, f"answer{number}_fb", goes_on=True)
    for number, option in enumerate(options, 1):
        if option.right:
            chosen = [("varequal", f"answer{number}", {"respident": "response1"})]
            _qti_when(judged, chosen, score="100")


def _qti_places(shown, judged, ranks: list[str]) -> None:
    for place, text in enumerate(ranks, 1):
        row = _below(shown, "response_lid", ident=f"response_{place}", rcardinality="Single")
        _qti_text(row, text)
        labels = _below(row, "render_choice")
        for other in range(1, len(ranks) + 1):
            _qti_text(_below(labels, "response_label", ident=f"place{other}"), str(other))
        chosen = [("varequal", f"place{place}", {"respident": f"response_{place}"})]
        share = _number(round(100 / len(ranks), 2))
        _qti_when(judged, chosen, score=share, action="Add", goes_on=True)


def _qti_when(judged, tests, says="", score="", action="Set", goes_on=False) -> None:
    rule = _below(judged, "respcondition", **{"continue": "Yes" if goes_on else "No"})
    condition = _below(rule, "conditionvar")
    for tag, text, attributes in tests:
        _below(condition, tag, text, **attributes)
    if score:
        _below(rule, "setvar", score, action=action, varname="SCORE")
    if says:
        _below(rule, "displayfeedback", feedbacktype="Response", linkrefid=says)


def _qti_text(parent: ET.Element, html: str) -> None:
    _below(_below(parent, "material"), "mattext", html, texttype="text/html")
