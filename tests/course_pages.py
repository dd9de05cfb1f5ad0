"""The notebooks as tests use them: their figures, each made once, and their pages in a browser."""

import json
import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import yaml
from browser import REPOSITORY
from playwright.sync_api import Locator, Page, expect

from breaking_the_loop.fit_yourself import record_figures as fit_record
from breaking_the_loop.fit_yourself import table_figures as fit_tables
from breaking_the_loop.nmda_mechanism import (
    chain_figures as nmda_mechanism,
)
from breaking_the_loop.nmda_mechanism import (
    circuit_figures as nmda_circuits,
)
from breaking_the_loop.nmda_mechanism import (
    drug_figures as nmda_drug,
)
from breaking_the_loop.nmda_mechanism import task as nmda_task
from breaking_the_loop.nmda_mechanism import (
    where_figures as nmda_where,
)
from breaking_the_loop.ocd_cycle import figures as ocd_cycle
from breaking_the_loop.ocd_cycle import rival_figures as ocd_rivals
from breaking_the_loop.ocd_cycle import task as ocd_task
from breaking_the_loop.ocd_cycle import treatment_figures as ocd_treatment
from breaking_the_loop.onset_timelines import (
    curve_figures as onset_curves,
)
from breaking_the_loop.onset_timelines import (
    duration_figures as onset_duration,
)
from breaking_the_loop.onset_timelines import (
    ladder_figures as onset_ladder,
)
from breaking_the_loop.onset_timelines import (
    record_figures as onset_timelines,
)
from breaking_the_loop.onset_timelines import task as onset_task
from breaking_the_loop.weighing_the_evidence import (
    count_figures as weighing_the_evidence,
)
from breaking_the_loop.weighing_the_evidence import (
    harm_figures,
    receptor_figures,
    unblinding_figures,
)
from breaking_the_loop.weighing_the_evidence import task as trial_task
from breaking_the_loop.weighing_the_evidence import (
    trial_figures as virtual_trials,
)
from looplab.figure.controls import HIGHEST_NUMBER, Choice, Logarithmic, Student, Timeline
from looplab.figure.figure import LivingFigure
from looplab.learn.lesson import quantities_asked
from looplab.marks import MARK, meaning

MAKERS = {
    "01_ocd_cycle": {
        "worth": ocd_cycle.worth,
        "one-turn": ocd_cycle.one_turn,
        "expected-ledger": ocd_cycle.expected_ledger,
        "settling": ocd_cycle.settling,
        "boundary": ocd_cycle.boundary,
        "four-learners": ocd_rivals.four_learners,
        "trust": ocd_rivals.trust,
        "own-treatment": ocd_treatment.own_treatment,
        "ledger-held-back": ocd_cycle.ledger_held_back,
        "treatments": ocd_treatment.treatments,
        "rivals-in-treatment": ocd_treatment.rivals_in_treatment,
        "accommodation": ocd_treatment.accommodation,
        "extinction": ocd_rivals.extinction,
        "rapid": ocd_treatment.rapid,
        "own-memory": ocd_task.memory,
    },
    "02_nmda_mechanism": {
        "plasma": nmda_drug.plasma,
        "washout": nmda_drug.washout,
        "magnesium": nmda_drug.magnesium,
        "potency": nmda_drug.potency,
        "trapping": nmda_drug.trapping,
        "measures": nmda_drug.measures,
        "stuck-circuit": nmda_circuits.stuck_circuit,
        "phase-plane": nmda_circuits.phase_plane,
        "cliff": nmda_circuits.cliff,
        "lifetimes": nmda_circuits.lifetimes,
        "where": nmda_where.where_it_falls,
        "disinhibition": nmda_where.disinhibition,
        "loop": nmda_where.loop,
        "chain": nmda_mechanism.chain,
        "timeline": nmda_mechanism.timeline,
        "two-trials": nmda_mechanism.two_trials,
        "own-infusion": nmda_task.infusion,
    },
    "03_onset_timelines": {
        "steps": onset_timelines.steps,
        "timeline": onset_timelines.timeline,
        "scores": onset_timelines.scores,
        "hours": onset_timelines.hours,
        "kinds-of-course": onset_timelines.kinds_of_course,
        "clocks": onset_curves.clocks,
        "people": onset_curves.people,
        "two-visits": onset_curves.two_visits,
        "drug-minus-placebo": onset_curves.drug_minus_placebo,
        "past-the-line": onset_curves.past_the_line,
        "separation": onset_curves.separation,
        "visits": onset_duration.visits,
        "fading": onset_duration.fading,
        "stopping": onset_duration.stopping,
        "burden": onset_duration.burden,
        "ladder-points": onset_ladder.in_points,
        "ladder-responders": onset_ladder.in_responders,
        "ladder-standardised": onset_ladder.standardised,
        "pool-yourself": onset_ladder.pool_yourself,
        "own-visits": onset_task.two_visits,
    },
    "04_weighing_the_evidence": {
        "fifteen-people": weighing_the_evidence.fifteen_people,
        "beliefs": weighing_the_evidence.beliefs,
        "none-of-ten": weighing_the_evidence.none_of_ten,
        "run-again": weighing_the_evidence.run_again,
        "second-phase": weighing_the_evidence.second_phase,
        "exaggeration": weighing_the_evidence.exaggeration,
        "pool-or-not": weighing_the_evidence.pool_or_not,
        "refused-comparison": weighing_the_evidence.refused_comparison,
        "at-their-worst": virtual_trials.at_their_worst,
        "borrowed-benefit": virtual_trials.borrowed_benefit,
        "two-biases": virtual_trials.two_biases,
        "virtual-trial": virtual_trials.virtual_trial,
        "hope-or-drug": virtual_trials.hope_or_drug,
        "unblinding-chain": unblinding_figures.chain,
        "given-away": unblinding_figures.given_away,
        "dose-trend": unblinding_figures.dose_trend,
        "drug-or-hope": unblinding_figures.drug_or_hope,
        "harm-pair": harm_figures.pair,
        "one-receptor": receptor_figures.one_receptor,
        "could-it-be-seen": harm_figures.could_it_be_seen,
        "design-a-trial": virtual_trials.design_a_trial,
        "missing-results": weighing_the_evidence.missing_results,
        "verdicts-by-section": weighing_the_evidence.verdicts_by_section,
        "own-trial": trial_task.trial,
    },
    "05_fit_yourself": {
        "recovery": fit_tables.recovery,
        "cloud": fit_tables.cloud,
        "one-record": fit_record.one_record,
        "likelihood-map": fit_record.likelihood_map,
        "confusion": fit_tables.confusion,
        "rivals": fit_record.rivals,
        "trials-needed": fit_tables.trials_needed,
        "aftermath": fit_tables.aftermath,
    },
}
# On the page of notebook 01 the boundary stands twice, once for the reader's own rule.
FIGURES_ON_PAGE = {name: len(makers) for name, makers in MAKERS.items()} | {"01_ocd_cycle": 16}


@cache
def course_figure(notebook: str, figure_id: str) -> LivingFigure:
    """A figure of a notebook, as the notebook shows it: what its prediction asks for is kept."""
    live = MAKERS[notebook][figure_id]()
    questions = yaml.safe_load(lesson_file(notebook).read_text("utf-8"))["predict"]
    for id in predictions_of(notebook).get(figure_id, []):
        live.ask(quantities_asked(questions[id]))
    return live


@cache
def predictions_of(notebook: str) -> dict[str, list[str]]:
    """By figure: the predictions that the cells of a notebook ask of it."""
    nb = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", as_version=4)
    found = {}
    for cell in nb.cells:
        if cell.cell_type == "code" and "lesson.predict(" in cell.source:
            id = re.search(r'lesson\.predict\(\s*"([\w-]+)"', cell.source)[1]
            found.setdefault(shown_figure(notebook, cell.source), []).append(id)
    return found


def shown_figure(notebook: str, source: str) -> str | None:
    """The id of the figure that a cell shows, or None."""
    made = {}
    for id, maker in MAKERS[notebook].items():
        made.setdefault(getattr(maker, "func", maker).__name__, id)
    names = [name for name in re.findall(r"\.(\w+)\(", source) if name in made]
    return made[names[0]] if names else None


def room(notebook: str) -> str:
    """The room of the course that holds a notebook's models, figures and lesson."""
    return notebook.partition("_")[2]


def lesson_file(notebook: str) -> Path:
    """The lesson of a notebook."""
    return REPOSITORY / "src" / "breaking_the_loop" / room(notebook) / "lesson.yaml"


LAID_OUT = """() => document.querySelectorAll(".ll-section")
  .forEach(({ style }) => { style.contentVisibility = "visible"; })"""
"""What is far from the screen has no places of its own until it comes near, and what leaves its
part is cut off: with this all has its place, and what is too wide makes the page wider."""

ORDER = {"breaking-the-loop/order": "7"}
"""What a browser keeps so that answers stand in the same order in every run."""


def looked_first(page: Page, notebook: str) -> None:
    """Before the page opens: its reader chose "Show me" at every prediction, long ago."""
    lesson = yaml.safe_load(lesson_file(notebook).read_text("utf-8"))
    looked = {id: {"value": None, "words": "looked first"} for id in lesson["predict"]}
    key = f"breaking-the-loop/{room(notebook).replace('_', '-')}"
    kept_before(page, {key: json.dumps(looked)} | ORDER)


def kept_before(page: Page, kept: dict[str, str]) -> None:
    """Before the page opens: this browser kept something, by its key."""
    # Not in the blank page that comes first, which may keep nothing. It waits as the page does
    # (publish/page/storage.js), and asked first.
    page.add_init_script(
        f"""if (!["", "about:blank"].includes(location.href)) {{
          const keep = () => {{
            for (const [key, text] of Object.entries({json.dumps(kept)})) {{
              localStorage.getItem(key) ?? localStorage.setItem(key, text);
            }}
          }};
          const waits = location.protocol === "file:" && "userAgentData" in navigator;
          if (waits) navigator.storage.persisted().then(keep);
          else keep();
        }}"""
    )


def record_messages(page: Page, messages: list[str]) -> None:
    """Append to `messages` whatever the page writes to its console, and every error in it."""

    firefox = page.context.browser.browser_type.name == "firefox"

    def said(kind, text):
        # Firefox says so of a formula that it has half read, as a message or as an error;
        # tests/test_reading.py counts parts.
        if not (firefox and "Incorrect number of children for" in text):
            messages.append(f"{kind}: {text}")

    page.on("console", lambda message: said(message.type, message.text))
    page.on("pageerror", lambda error: said("error", str(error)))


def words_at(live: LivingFigure, settings: dict) -> str:
    """What a figure says at these settings, with what its marks say to who listens."""
    return " ".join(live.description(**settings).split()).replace(MARK, f"{MARK} ({meaning()})")


def values_of(control):
    """Every value that a control can take."""
    if isinstance(control, Timeline):
        return list(range(control.steps))
    if isinstance(control, Choice):
        return list(range(len(control.options)))
    if isinstance(control, Student):
        return [0, 1, 17, 271_828_182, HIGHEST_NUMBER]
    if isinstance(control, Logarithmic):
        return control.positions.tolist()
    return np.round(np.arange(control.low, control.high + 1e-9, control.step), 6).tolist()


def controls_of(page: Page, figure_id: str) -> Locator:
    """The box that holds a figure and its native controls."""
    box = "xpath=ancestor::*[contains(@class,'ll-mount')]/.."
    return page.locator(f"#{figure_id}").locator(box)


def wait_until_live(page: Page, notebook: str) -> None:
    """Return when every figure of the page is alive."""
    page.wait_for_function(
        "(n) => document.querySelectorAll('figure[data-live]').length === n",
        arg=FIGURES_ON_PAGE[notebook],
    )


def wait_until_ready(page: Page) -> None:
    """Return when a deck is there, every figure of it alive, and every prediction asks."""
    expect(page.locator("body[data-ready]")).to_be_attached()
    page.wait_for_function(
        "() => !document.querySelector('.ll-mount:not([data-live]), .ll-predict:not(:has(form))')"
    )
