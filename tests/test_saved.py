"""What a notebook keeps of its widgets: all that its outputs show, and nothing else."""

import ipywidgets
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from py_mini_racer import MiniRacer

from looplab import saved, shared


def model(**state):
    return {"model_name": state.pop("name", "AnyModel"), "state": state}


def output(root, **more):
    view = {"version_major": 2, "version_minor": 0, "model_id": root}
    return new_output("display_data", {saved.VIEW: view | more, "text/plain": root})


def notebook(*outputs, **known):
    state = {saved.STATE: {"version_major": 2, "version_minor": 0, "state": known}}
    metadata = {"widgets": state} if known else {}
    return new_notebook(cells=[new_code_cell(outputs=list(outputs))], metadata=metadata)


# A figure with a slider that a play button drives, an engine that it shares, and one link to spare.
MODELS = {
    "box": model(children=["IPY_MODEL_slider", "IPY_MODEL_canvas"], layout="IPY_MODEL_layout"),
    "slider": model(value=1),
    "canvas": model(controls={"slope": "IPY_MODEL_slider"}, engine="anywidget:engine"),
    "engine": model(_esm="export default {}"),
    "layout": model(width="auto"),
    "play": model(value=1),
    "link": model(
        name="LinkModel", source=["IPY_MODEL_slider", "value"], target=["IPY_MODEL_canvas", "value"]
    ),
    "idle": model(
        name="LinkModel", source=["IPY_MODEL_slider", "value"], target=["IPY_MODEL_play", "value"]
    ),
}
NEEDED = {"box", "slider", "canvas", "engine", "layout", "link"}


def test_every_model_that_an_output_shows_is_kept_however_it_is_named_and_no_other():
    nb = notebook(output("box"), **MODELS)
    saved.keep(nb)
    assert set(saved.states(nb)) == NEEDED


def test_what_an_output_takes_along_moves_to_where_jupyterlab_looks_for_it():
    nb = notebook(output("box", state=MODELS))
    saved.keep(nb)
    assert set(saved.states(nb)) == NEEDED
    [shown] = nb.cells[0].outputs
    assert "state" not in shown.data[saved.VIEW]
    again = notebook(output("box", state=MODELS), **saved.states(nb))
    saved.keep(again)
    assert saved.states(again) == saved.states(nb)


def test_state_that_a_save_has_lost_is_found_in_the_file_as_it_was():
    nb = notebook(output("box"))
    saved.keep(nb, notebook(output("box"), **MODELS))
    assert set(saved.states(nb)) == NEEDED


def test_newer_state_wins():
    newer, older = {"a": model(value=2)}, {"a": model(value=1)}
    nb = notebook(output("a"), **newer)
    saved.keep(nb, notebook(output("a"), **older))
    assert saved.states(nb) == newer
    nb = notebook(output("a", state=newer), **older)
    saved.keep(nb)
    assert saved.states(nb) == newer


def test_a_notebook_without_widgets_keeps_none():
    nb = notebook(**MODELS)
    saved.keep(nb)
    assert "widgets" not in nb.metadata


@pytest.mark.parametrize("stands_in", ["image/png", "text/markdown"])
def test_what_was_not_saved_shows_its_picture_or_its_words(stands_in):
    lost, kept, bare = output("lost"), output("kept"), output("also lost")
    lost.data[stands_in] = kept.data[stands_in] = "instead"
    nb = notebook(lost, kept, bare, kept=model())
    saved.fall_back(nb)
    assert [saved.VIEW in each.data for each in nb.cells[0].outputs] == [False, True, True]


def test_a_widget_takes_all_that_it_is_made_of_along():
    slider, play = ipywidgets.IntSlider(description="steps"), ipywidgets.Play()
    link = ipywidgets.jslink((play, "value"), (slider, "value"))
    box = ipywidgets.VBox([slider, ipywidgets.HBox([play])])
    view = saved.shown(box)[saved.VIEW]
    made_of = {box, slider, play, link, *box.children}
    made_of |= {each.layout for each in made_of if hasattr(each, "layout")}
    assert {each.model_id for each in made_of} <= set(view["state"])
    assert view["state"][slider.model_id]["state"]["description"] == "steps"


# A host that gives up so many times before the other widget has started, as anywidget does after
# ten seconds; then a script that says what it was given.
HOST = """
let tries = 0;
const host = {
  async getWidget(reference) {
    tries += 1;
    if (tries <= GIVES_UP) throw new Error(`[anywidget] ${WHY}`);
    return { exports: { render: ({ el }) => `${reference} draws on ${el} at try ${tries}` } };
  },
};
const model = { get: (name) => `its ${name}` };
let told = null;
drawn.render({ model, el: "paper", host, signal: { aborted: false } })
  .catch((e) => e.message)
  .then((said) => { told = said; });
"""


@pytest.mark.parametrize(
    ("gives_up", "why", "said"),
    [
        (0, "", "its script draws on paper at try 1"),
        (3, "Timed out waiting for widget a to initialize", "its script draws on paper at try 4"),
        (1, "No binding found for widget a", "[anywidget] No binding found for widget a"),
    ],
)
def test_a_widget_waits_for_its_script_as_long_as_a_slow_computer_needs(gives_up, why, said):
    racer = MiniRacer()
    racer.eval(
        shared.Drawn.class_traits()["_esm"].default_value.replace("export default", "drawn =")
    )
    host = HOST.replace("GIVES_UP", str(gives_up)).replace("${WHY}", why)
    racer.eval(host)  # its promises are kept at the end
    assert racer.eval("told") == said
