"""Reference numbers beside what models give, and *Check this page*, which computes them anew."""

import importlib
import json
import re

import nbformat
import pytest
from browser import in_each_browser
from course_pages import record_messages
from javascript import engine
from playwright.sync_api import expect
from reference_tables import reference
from test_equations_alive import SWAPPED, open_for_writing

from looplab.errors import LoopError, ModelError
from looplab.learn.agreement import Agreement, ReferenceNumber, record
from looplab.model.declare import Parameter, formula
from looplab.model.program import program
from looplab.publish.widgets import Widgets

ROOMS = ("ocd_cycle", "nmda_mechanism", "onset_timelines", "weighing_the_evidence", "fit_yourself")
PAGES = (
    "01_ocd_cycle",
    "02_nmda_mechanism",
    "03_onset_timelines",
    "04_weighing_the_evidence",
    "05_fit_yourself",
)
TABLES = {
    "ocd_cycle": "cycle_sakai_phase cycle_sato_four_agents corr_treatment "
    "cycle_rescorla_wagner_protection cycle_sakai_longrun_vs_theory",
    "nmda_mechanism": "nmda_mg_unblock nmda_ketamine_ic50_vs_V_Mg pk_summary "
    "nmda_occupancy_table nmda_ei_node nmda_wongwang_fixedpoints",
    "onset_timelines": "onset_definitions onset_separation_vs_n corr_responders",
    "weighing_the_evidence": "trial_exact_tests trial_retrodesign trial_regression_to_mean "
    "trial_crossover_grid",
    "fit_yourself": "new_fit_golden_values new_fit_erp_forgetting",
}
# From the equations of the brief, worked out by hand or printed there; in no table.
STATED = {
    "ocd_cycle": {-0.68, -18 / 11, 0.208, 0.173, -0.015, -0.088, 0.674, 0.813, 0.125, 0.165},
    # Three in one cell of the table.
    "fit_yourself": {223.531, 250.862, 225.782, 210.522, 237.853, 219.278},
}
COMPUTED = """(program, { usual }, record) => {
  const parameters = program.given.map((name) => record.settings[name] ?? usual[name]);
  return reckon({ ...record.node, parameters }, program) * record.times;
}"""


def numbers(room):
    return importlib.import_module(f"breaking_the_loop.{room}.reference").NUMBERS


@pytest.mark.parametrize("room", ROOMS)
def test_every_number_is_from_outside_and_numpy_and_v8_come_to_it(room):
    rows = [row for name in TABLES[room].split() for row in reference(name)]
    known = {value for row in rows for value in row.values()} | STATED.get(room, set())
    models = record(numbers(room))["models"]
    for each in numbers(room):
        assert each.value in known, each.what
        assert each.agrees(), (each.what, each.value, each.computed)
        own = program(each.model)
        given = [own, models[own["key"]], each.record()]
        found = engine().eval(f"({COMPUTED})({', '.join(map(json.dumps, given))})")
        assert abs(found - each.value) <= each.within * (1 + 1e-9), each.what
        # What it must come to says something: nothing at all would not do.
        assert each.within < abs(each.value) / 2, each.what


@pytest.mark.parametrize("room", ROOMS)
def test_names_of_numbers_are_their_own(room):
    names = [each.what for each in numbers(room)]
    assert len(set(names)) == len(names)


@formula(parameters=[Parameter("a", "a", "a", 2.0, 0.0, 9.0, 1.0, "a test", "assumed")])
def doubled(m):
    m.twice = 2 * m.a


def known(**changes):
    usual = {"what": "twice 2", "model": doubled, "quantity": "twice", "value": 4.0}
    usual |= {"within": 0.1, "source": "arithmetic", "mark": "derived"}
    return ReferenceNumber(**usual | changes)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"mark": "recall"}, "mark 'recall'. Allowed: verified, abstract, derived, simulated"),
        ({"source": " "}, "has no source"),
        ({"within": 0.0}, "above 0"),
        ({"value": float("nan")}, "give a finite number"),
        ({"style": "%d"}, "'%d' is not a number format"),
        ({"settings": {"b": 1}}, "doubled has no 'b'. It has: a"),
        ({"quantity": "thrice"}, "doubled has no 'thrice'. It has: twice"),
        ({"steps": 3}, "a formula neither"),
    ],
)
def test_a_slip_in_a_reference_number_is_named_where_it_is_declared(changes, problem):
    with pytest.raises(ModelError, match=f"twice 2.*{re.escape(problem)}"):
        known(**changes)


def test_the_table_says_what_differs():
    assert repr(Agreement([known(), known(value=5.0)])) == "1 of 2 reference numbers agree."
    rows = Agreement([known(), known(value=5.0)]).markdown().splitlines()
    assert "| 4.000 ± 0.1 | 4.000 | yes |" in rows[2]
    assert "| 5.000 ± 0.1 | 4.000 | no |" in rows[3]


def test_a_number_of_a_model_that_the_page_does_not_run_is_refused():
    widgets = Widgets(nbformat.v4.new_notebook(), str, str, str)
    widgets.add_agreement(record([known()]))
    with pytest.raises(LoopError, match="reference number is for doubled, which no figure"):
        widgets.data()


def checked(page):
    """The first words of what the page says once it was checked, from the keyboard."""
    box = page.locator(".ll-agreement")
    box.get_by_role("button", name="Check this page").focus()
    page.keyboard.press("Enter")
    said = box.get_by_role("status")
    expect(said).to_contain_text("computed just now in this browser")
    return said.inner_text()


@in_each_browser
@pytest.mark.parametrize("notebook", PAGES)
def test_the_page_computes_every_number_anew_and_agrees(open_exported, notebook):
    page = open_exported(notebook)
    box = page.locator(".ll-agreement")
    expect(box.get_by_role("status")).to_have_text("Not checked in this browser yet.")
    count = box.locator("tbody tr").count()
    assert checked(page).startswith(f"{count} of {count} numbers agree")
    expect(box.locator("td.ll-agrees")).to_have_count(count)


@in_each_browser
def test_a_changed_equation_is_run_seen_to_differ_and_named(open_exported):
    page = open_exported("01_ocd_cycle")
    box = page.locator(".ll-agreement")
    count = box.locator("tbody tr").count()
    assert checked(page).startswith(f"{count} of {count}")
    opened, field = open_for_writing(page)
    field.fill(SWAPPED)
    field.press("Enter")
    said = box.get_by_role("status")
    expect(said).to_have_text("An equation changed since: check the page again.")
    expect(box.locator("td.ll-agrees")).to_have_count(0)
    # The two shares that the rule of two traces gives; with its traces swapped nothing lasts.
    assert checked(page) == (
        f"{count - 2} of {count} numbers agree, computed just now in this browser. "
        "2 of them ran an equation that you changed, not the published one."
    )
    differing = box.locator("td.ll-differs")
    expect(differing).to_have_count(2)
    expect(differing.first).to_contain_text("✗ differs (your rule)")
    opened.get_by_role("button", name="Undo").click()
    assert checked(page).startswith(f"{count} of {count}")


def test_a_changed_equation_that_gives_no_number_is_told_in_the_table_and_nowhere_else(
    open_exported,
):
    page = open_exported("01_ocd_cycle")
    messages = []
    record_messages(page, messages)
    _, field = open_for_writing(page)
    field.fill("1 / 0 - 1 / 0")
    field.press("Enter")
    checked(page)
    differing = page.locator(".ll-agreement td.ll-differs")
    expect(differing.first).to_have_text(
        "two_trace_rule gave a value that is not a finite number. ✗ differs (your rule)"
    )
    assert messages == []


def test_who_prints_the_page_gets_it_checked(open_exported):
    page = open_exported("03_onset_timelines")
    box = page.locator(".ll-agreement")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(box.get_by_role("status")).to_contain_text("numbers agree")
    expect(box.get_by_role("button")).to_be_hidden()
    expect(box.locator("td.ll-agrees").last).to_be_visible()
