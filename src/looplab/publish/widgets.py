"""Saved widgets as plain HTML: native labelled form controls, and figures that host.js mounts.

Python writes every control into the page; `page/host.js` only connects what is there. A figure
is an anywidget whose module stands in the page as inline text, never behind a `blob:` address.
"""

import hashlib
import json
import re
from collections.abc import Callable
from itertools import zip_longest

from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup
from nbformat import NotebookNode

from looplab import shared
from looplab.errors import LoopError
from looplab.figure.numbers import number
from looplab.figure.style import colours_css
from looplab.language.interface import say, say_html
from looplab.marks import spoken
from looplab.mathml import mathml
from looplab.packed import in_script, pack, unpacked_spec
from looplab.publish.drawn import Drawings
from looplab.publish.lines import together
from looplab.saved import LINKS, references, states

KINDS = {
    "FloatSliderModel": "range",
    "IntSliderModel": "range",
    "FloatLogSliderModel": "logrange",
    "FloatTextModel": "number",
    "IntTextModel": "number",
    "BoundedFloatTextModel": "number",
    "BoundedIntTextModel": "number",
    "DropdownModel": "select",
    "RadioButtonsModel": "radio",
    "ToggleButtonsModel": "radio",
    "CheckboxModel": "checkbox",
    "PlayModel": "play",
    "HTMLModel": "html",
    "HTMLMathModel": "html",
    "LabelModel": "label",
    "AnyModel": "figure",
}
BOXES = {"BoxModel", "VBoxModel", "HBoxModel"}
UNNAMED = {"html", "label", "figure"}
READOUT_FORMAT = re.compile(r"(\.\d+)?[dfeg%]")

_folders = [PackageLoader("looplab.publish", folder) for folder in ("page", "deck")]
templates = Environment(loader=ChoiceLoader(_folders), autoescape=True)
templates.trim_blocks = templates.lstrip_blocks = True
templates.globals |= {"say": say, "say_html": say_html}


class Widgets:
    """The widgets of one notebook, and everything in the page that makes them live.

    `settle` makes an HTML fragment fit for the page, `outputs` renders a list of cell outputs,
    `text` renders a control's description.
    """

    def __init__(
        self,
        nb: NotebookNode,
        settle: Callable[[str], str],
        outputs: Callable[[list], str],
        text: Callable[[str], Markup],
    ):
        self.saved = {name: _readable(model) for name, model in states(nb).items()}
        self.settle, self.outputs, self.text = settle, outputs, text
        self.models: dict[str, dict] = {}
        self.rules: dict[str, dict] = {}
        self.equations: list[dict] = []
        self.exercises: list[dict] = []
        self.agreements: list[dict] = []
        self.modules: dict[str, str] = {}
        self.moved: set[str] = set()
        self._styles: dict[str, None] = {}
        self.shown: list[dict] = []
        self.drawings = Drawings()
        self.views = 0

    def view(self, model_id: str, still: str = "") -> str:
        """HTML of one widget and all it holds; `still` stands in for a figure without its own."""
        state = self._state(model_id)
        name, hidden = state["_model_name"], self._hidden(state)
        macros = templates.get_template("controls.html.j2").module
        if name == "OutputModel":
            return macros.needs_kernel(Markup(self.outputs(state["outputs"])))
        if name in BOXES:
            children = [child.removeprefix("IPY_MODEL_") for child in state["children"]]
            if "widget-interact" in state["_dom_classes"]:
                # its controls would ask a kernel, and the page has none
                named = [self._state(child)["_model_name"] for child in children]
                children = [c for c, n in zip(children, named, strict=True) if n == "OutputModel"]
            inner = Markup("".join(self.view(child, still) for child in children))
            named = ["row" if name == "HBoxModel" else "column"]
            named += [n[3:] for n in state["_dom_classes"] if n.startswith("ll-")]
            return macros.box(inner, named, hidden)
        kind = self._add(model_id)
        self.views += 1
        view = {"id": model_id, "field": f"{model_id}-{self.views}", "hidden": hidden}
        if kind == "figure":
            spec = state.get("spec") or {}
            shown = {key: spec[key] for key in ("id", "title") if key in spec}
            self.shown.append(shown | {"model": model_id})
            return macros.figure(
                view, _module_key(self._script(state)["_esm"]), self._still(state, still)
            )
        label = state.get("description") or state.get("tooltip") or ""
        if not label and kind == "play":
            label = say("play")
        if not label and kind not in UNNAMED:
            raise LoopError(
                f"the {name.removesuffix('Model')} has no description, so a screen reader "
                "cannot name it: give it description='…'"
            )
        if kind == "html":
            state = {**state, "value": Markup(self.settle(state["value"]))}
        return getattr(macros, kind)(view, self.text(label), state)

    def add_equations(self, record: dict) -> int:
        """Note the equations of an output, for host.js to make them editable; gives their place."""
        key = record["program"]["key"]
        if key not in self.rules:
            symbols = {name: _formula(tex) for name, tex in record["symbols"].items()}
            self.rules[key] = {"program": record["program"], "symbols": symbols}
        self.equations.append({"key": key, "lines": record["lines"]})
        return len(self.equations) - 1

    def add_exercise(self, record: dict) -> int:
        """Note an exercise that is to be answered in the page; gives its place."""
        self.exercises.append(record)
        return len(self.exercises) - 1

    def add_agreement(self, record: dict) -> int:
        """Note reference numbers that the page is to compute; gives their place."""
        self.agreements.append(record)
        return len(self.agreements) - 1

    def data(self) -> str:
        """For host.js, packed: every model that a view, a figure or a link needs, and the links."""
        links = []
        ends = [
            [*source, *target, state["_model_name"] == "LinkModel"]
            for model in self.saved.values()
            if (state := model["state"])["_model_name"] in LINKS
            for source, target in [(state["source"], state["target"])]
        ]
        while reached := [link for link in ends if self._needed(link[0]) or self._needed(link[2])]:
            for link in reached:
                ends.remove(link)
                link[0], link[2] = (link[i].removeprefix("IPY_MODEL_") for i in (0, 2))
                self._add(link[0])
                self._add(link[2])
                links.append(link)
        self._check_agreements()
        page = {
            "models": self.models,
            "links": links,
            "rules": self.rules,
            "equations": self.equations,
            "exercises": self.exercises,
            "agreements": self.agreements,
        }
        return in_script(together(pack(page)))

    def _check_agreements(self):
        """Refuse a reference number for a model that nothing in the page runs."""
        specs = [model["state"].get("spec") or {} for model in self.models.values()]
        running = {program["key"] for spec in specs for program in spec.get("programs", [])}
        for key, model in [pair for each in self.agreements for pair in each["models"].items()]:
            if key not in running | set(self.rules):
                raise LoopError(
                    f"a reference number is for {model['name']}, which no figure and no equations "
                    "of the notebook run: leave it out, or name the model that they run"
                )

    def scripts(self) -> list[str]:
        """Inline scripts of widgets that are the course's own, those of figures first."""
        first = sorted(self.modules, key=lambda key: key not in self.moved)
        return [_registered(key, self.modules[key]) for key in first]

    @property
    def styles(self) -> list[str]:
        """Style sheets of all figures, learning elements and drawings shown so far."""
        # the page has the colours, and one element's style may hold another's
        own = [css for css in self._styles if sum(css in other for other in self._styles) == 1]
        return [*(css.replace(colours_css(), "") for css in own), self.drawings.css()]

    def _needed(self, reference: str) -> bool:
        return reference.removeprefix("IPY_MODEL_") in self.models

    def _state(self, model_id: str) -> dict:
        if model_id not in self.saved:
            raise LoopError(
                f"the widget {model_id} is shown but its state was not saved: execute the notebook"
            )
        return self.saved[model_id]["state"]

    def _script(self, state: dict) -> dict:
        """The state that holds a figure's JavaScript: its own, or that of the script it shares."""
        shared = state.get("script")
        return self._state(shared.removeprefix("anywidget:")) if shared else state

    def _still(self, state: dict, still: str) -> dict:
        """What stands in the figure's place until, or unless, scripts run."""
        spec = state.get("spec") or {}
        svg = spec.get("svg", "")
        columns = {
            label: [each if isinstance(each, str) else number(each) for each in column]
            for label, column in spec.get("still") or []
        }
        return {
            "anchor": spec["id"] if "controls" in spec else None,
            "svg": Markup(self.drawings.settled(svg[svg.find("<svg") :])) if svg else "",
            "image": Markup(still),
            "description": spoken(spec.get("description", "")),
            "title": spoken(spec.get("title", "")),
            "columns": list(columns),
            "rows": list(zip_longest(*columns.values(), fillvalue="")),
        }

    def _hidden(self, state: dict) -> bool:
        layout = self._state(state["layout"].removeprefix("IPY_MODEL_"))
        return layout.get("display") == "none" or layout.get("visibility") == "hidden"

    def _add(self, model_id: str) -> str:
        """Note that the page needs this model, and those it refers to; gives its kind."""
        state = self._state(model_id)
        name = state["_model_name"]
        kind = KINDS.get(name)
        if kind is None:
            raise LoopError(
                f"the widget {name} cannot live in a page without a kernel; those that can: "
                f"{', '.join(sorted(KINDS | dict.fromkeys(BOXES)))}"
            )
        if model_id in self.models:
            return kind
        if self.saved[model_id].get("buffers"):
            raise LoopError(f"the widget {name} holds binary values; send them as JSON instead")
        if not READOUT_FORMAT.fullmatch(state.get("readout_format", "d")):
            raise LoopError(
                f"the {name.removesuffix('Model')} {state['description']!r} has the format "
                f"{state['readout_format']!r}; allowed are formats such as '.2f', 'd', '.1%', '.3g'"
            )
        traits = {
            key: value
            for key, value in state.items()
            if key not in {"layout", "style", "script"}
            and (key == "_options_labels" or not key.startswith("_"))
        }
        self.models[model_id] = {"kind": kind, "state": traits}
        if kind == "figure":
            script = self._script(state)
            key = _module_key(script["_esm"])
            if key != "alive":
                self.modules[key] = script["_esm"]
            if "controls" in (traits.get("spec") or {}):
                self.moved.add(key)
            self._styles[script.get("_css") or ""] = None
            if spec := traits.get("spec"):
                # the page holds drawing and data once, in the still figure; host.js hands on the
                # drawing
                kept = {key: spec[key] for key in spec if key not in ("svg", "still")}
                traits["spec"] = kept
        for reference in references(traits, self.saved):
            self._add(reference)
        return kind


def _readable(model: dict) -> dict:
    """A saved model, what it shows unpacked."""
    state = model["state"]
    if not state.get("spec"):
        return model
    return model | {"state": state | {"spec": unpacked_spec(state["spec"])}}


def _formula(tex: str) -> str:
    """MathML of a symbol, without the element around it."""
    return re.sub(r"^<math[^>]*>|</math>$", "", mathml(tex))


def _module_key(esm: str) -> str:
    """By what the page knows a script: `alive` (`page/figures.js`), or one that it must bring."""
    if esm == shared.text(shared.ALIVE):
        return "alive"
    return "module-" + hashlib.sha256(esm.encode()).hexdigest()[:12]


def _registered(key: str, esm: str) -> str:
    """The module as inline text: what it exports by default is handed to the host by name.

    Inline modules cannot be imported, so `export default X;` becomes a constant and a call. The
    module must have one such statement, at its end, and no other import or export.
    """
    statements = re.findall(r"^\s*(?:import\b(?!\s*[(.])|export\b).*", esm, re.M)
    if len(statements) != 1 or not re.match(r"\s*export\s+default\b", statements[0]):
        found = "; ".join(line.strip()[:60] for line in statements) or "none"
        raise LoopError(
            "a figure's JavaScript must have exactly one `export default …;`, at its end, and no "
            f"other import or export, to stand inside the page; found: {found}"
        )
    head, _, tail = esm.partition(statements[0])
    constant = re.sub(r"export\s+default\b\s*", "const looplabDefault = ", statements[0], count=1)
    text = f"{head}{constant}{tail}\nlooplab.define({json.dumps(key)}, looplabDefault);"
    return text
