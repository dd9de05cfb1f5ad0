"""Notebook 01, parts 4 to 6: what its figures show, and what its words must and must not say."""

import json
import re
from functools import partial
from pathlib import Path

import nbformat
import numpy as np
import pytest
import yaml
from course_pages import course_figure, lesson_file
from reference_tables import reference
from scipy.stats import binomtest

from breaking_the_loop.ocd_cycle import cycle, opponent
from breaking_the_loop.ocd_cycle import rival_figures as ocd_rivals
from breaking_the_loop.ocd_cycle.treatment import RAPID_ARMS
from breaking_the_loop.ocd_cycle.treatment_figures import RAMPS
from looplab.model.trace import trace

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "tests" / "reference"
figure = partial(course_figure, "01_ocd_cycle")
NOTEBOOK = nbformat.read(ROOT / "notebooks" / "01_ocd_cycle.ipynb", as_version=4)
PROSE = "\n\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def four_learners():
    return figure("four-learners")


@pytest.fixture(scope="module")
def rapid():
    return by_arm(figure("rapid"), RAPID_ARMS)


def by_arm(live, arms):
    """What the figure reads out for each arm: {arm: values}."""
    return {arm: live.values(arm=place) for place, arm in enumerate(arms)}


def test_the_hypothesis_figure_says_so_in_the_picture_its_title_and_its_options():
    live = figure("rapid")
    spec = live.spec()
    seen = "".join(re.findall(r"<text[^>]*>(.*?)</text>", spec["svg"], re.DOTALL)).lower()
    assert "hypothesis" in seen
    assert "hypothesis" in spec["title"].lower() and "hypothesis" in spec["caption"].lower()
    for option, arm in zip(live.controls["arm"].options, RAPID_ARMS.values(), strict=True):
        assert ("hypothesis" in option) == arm.hypothesis
    assert "<pattern" in spec["svg"], "the time in which it acts is hatched"


@pytest.mark.parametrize("arm", [name for name, arm in RAPID_ARMS.items() if arm.hypothesis])
def test_every_hypothesis_is_called_one_in_words(arm):
    place = list(RAPID_ARMS).index(arm)
    assert "hypothesis" in figure("rapid").description(arm=place)


def test_no_other_figure_of_the_notebook_draws_a_hypothesis():
    for name in ("own-treatment", "treatments"):
        settings = figure(name).controls.values()
        assert all(control.status != "hypothesis" for control in settings)
    for name in ("own-treatment", "treatments", "rivals-in-treatment"):
        assert "hypothesis" not in json.dumps(figure(name).spec()["controls"])


def corrected(arm):
    """The row of the corrected table, and the controls of the figure that ask for it."""
    row = next(row for row in reference("corr_treatment") if row["arm"] == arm)
    words = arm.split()
    steps = int(row["treatment_steps"])
    if words[0] == "SSRI":
        return row, "drug", {"drug_ramp": int(words[-1]), "drug_steps": steps}
    share = {"half": 0.5, "full": 1.0}.get(words[1]) or float(words[-1])
    return row, "erp", {"held_back": share, "erp_steps": steps}


ARMS = [
    row["arm"]
    for row in reference("corr_treatment")
    if row["arm"].startswith(("ERP", "SSRI")) and "ramp 250" not in row["arm"]
]


@pytest.mark.parametrize("arm", ARMS)
def test_every_course_of_the_treatment_figure_is_that_of_the_corrected_table(arm):
    row, kind, settings = corrected(arm)
    values = figure("treatments").values(**settings)
    assert values[f"{kind}_after"] == pytest.approx(row["first_1000_after"], abs=0.012)
    assert values[f"{kind}_later"] == pytest.approx(row["at_7000_to_8000"], abs=0.012)
    assert values["none_later"] == pytest.approx(0.1175, abs=0.012)


def test_what_is_left_follows_how_much_was_held_back_and_how_long():
    live = figure("treatments")
    later = [
        live.values(held_back=share, erp_steps=steps)["erp_later"]
        for share, steps in ((0.5, 2000), (1.0, 2000), (0.5, 4000))
    ]
    assert live.values()["none_later"] > later[0] > later[1] > later[2]


def test_whether_the_drug_or_half_of_erp_leaves_less_is_decided_by_how_fast_it_comes():
    live = figure("treatments")
    less = {ramp: live.values(held_back=0.5, drug_ramp=ramp)["drug_minus_erp"] for ramp in RAMPS}
    assert less[500] < 0 < less[2000]
    assert abs(less[1000]) < 0.01
    assert "the drug leaves less" in live.description(held_back=0.5, drug_ramp=0)
    assert "ERP leaves less" in live.description(held_back=0.5, drug_ramp=2000)


def test_the_hypothesis_figure_shows_that_only_what_is_taught_lasts(rapid):
    later = {arm: float(values["later"]) for arm, values in rapid.items()}
    assert (
        min(later, key=later.get) == "hyp_window_then_erp" and later["hyp_window_then_erp"] < 0.005
    )
    assert rapid["hyp_quiet"]["after"] == pytest.approx(rapid["hyp_quiet"]["before"], abs=0.015)
    assert later["hyp_window_nu_only"] > 2 * rapid["hyp_window_nu_only"]["after"]
    for arm in ("hyp_window_alpha2_erp", "hyp_window_alpha3_erp"):
        assert rapid[arm]["after"] > rapid["erp_1000"]["after"]
    assert rapid["hyp_reset_w"]["after"] > 2 * rapid["hyp_reset_w"]["before"]


def test_a_treatment_put_together_is_more_first_and_less_after():
    live = figure("own-treatment")
    erp = live.values()
    assert erp["prevention"] == 1 and erp["exposure"] == 0.1, "it opens where the surprise is"
    assert erp["during"] > 3 * erp["before"] and erp["after"] < 0.03
    assert "more of it during treatment and less after it" in live.description()
    assert "hardly any change" in live.description(prevention=0, exposure=0)
    together = live.values(correction=1)
    assert together["after"] <= erp["after"] and together["later"] < 0.005


@pytest.mark.parametrize("held", [0, 1])
@pytest.mark.parametrize("forgotten", range(4))
def test_the_rivals_are_compared_at_equal_forgetting(forgotten, held):
    values = figure("rivals-in-treatment").values(forgotten=forgotten, held=held)
    rates = [float(row) for row in ("0", "0.0001", "0.0003", "0.001")]
    assert values["forgetting"] == rates[forgotten]
    if held:
        assert values["A_way"] == 0 and values["B_way"] == 2
        for name, tolerance in (("A", 0.03), ("B", 0.06)):
            rows = [
                row
                for row in reference("corr_rivals_forgetting")
                if row["model"] == name and row["forgetting_per_step"] == rates[forgotten]
            ]
            blocks = {(row["course"], row["end_of_block"]): row for row in rows}
            for course, shown in (("erp", "left"), ("untreated", "untreated")):
                expected = blocks[course, 9000]["share_in_obsession"]
                assert values[f"{name}_{shown}"] == pytest.approx(expected, abs=tolerance)
    else:
        assert values["B_way"] == 1, "with half held back, the line of model B is level"


def test_what_is_left_after_erp_does_not_tell_the_rivals_apart():
    live = figure("rivals-in-treatment")
    for name in "AB":
        assert live.values(forgotten=3)[f"{name}_back"] == pytest.approx(1, abs=0.15)
        assert live.values(forgotten=0, long=1)[f"{name}_left"] < 0.1


def test_the_four_bars_are_the_published_learners(four_learners):
    bars = [patch.get_width() for patch in four_learners.figure.axes[1].patches[:4]]
    rows = {row["agent"]: row for row in reference("cycle_sato_four_agents")}
    expected = [float(row["obsession_share_all"]) for row in rows.values()]
    assert bars == pytest.approx(expected, abs=0.006)


def test_the_map_of_model_b_peaks_where_the_published_one_does(four_learners):
    shares = four_learners.values()["map_share"].reshape(11, 11)
    published = {
        (row["alpha_SR_plus"], row["alpha_SR_minus"]): float(row["obsession_share_last100"])
        for row in reference("cycle_sato_phase")
    }
    assert shares[10, 0] == pytest.approx(published[0.1, 0], abs=0.06)
    assert shares[5, 5] == pytest.approx(published[0.05, 0.05], abs=0.04)
    assert shares[0, 10] <= 0.01
    assert np.unravel_index(shares.argmax(), shares.shape)[1] <= 1


@pytest.mark.parametrize(
    "row", reference("cycle_rigoux_policy"), ids=lambda r: str(r["efficacy_belief_factor"])
)
def test_the_bands_on_the_belief_axis_are_the_published_policy(trust, row):
    factor = float(row["efficacy_belief_factor"])
    values = trust.values(trust=factor)
    for name, column in (("cook", "threshold_cook_to_check"), ("check", "threshold_check_to_wash")):
        assert values[f"{name}_up_to"] == pytest.approx(float(row[column]), abs=0.005 + 1 / 400)
    bands = [values[f"{name}_tall"] for name in ("cook", "check", "wash", "recheck", "rewash")]
    assert sum(bands) == pytest.approx(1) and min(bands) >= 0


@pytest.fixture(scope="module")
def trust():
    return figure("trust")


def test_doubt_repeats_and_danger_alone_does_not(trust):
    assert trust.values(trust=0.6)["repeated_share"] == pytest.approx(0.332, abs=0.03)
    assert trust.values(trust=1.0)["repeated_share"] == 0
    assert trust.values(trust=1.0, danger=5)["repeated_share"] <= 0.001
    careful = trust.values(trust=1.0, danger=5)["precautions"]
    assert careful > trust.values(trust=1.0)["precautions"]
    assert "hardly ever repeats" in trust.description(trust=1.0, danger=5)


def test_the_two_lines_of_extinction_are_the_reference_values():
    values = figure("extinction").values()
    rows = reference("cycle_rescorla_wagner_protection")
    for name, condition in (("allowed", "safety_behaviour"), ("prevented", "response_prevented")):
        expected = [float(row["V_C"]) for row in rows if row["condition"] == condition]
        assert values[f"v_{name}"] == pytest.approx(expected, abs=1e-9)
    assert values["start"] == pytest.approx(1 - 0.8**15, abs=1e-9)
    assert values["allowed_ritual"] == pytest.approx(-0.88564, abs=5e-6)


def test_relief_that_works_better_breeds_more_cycles_in_the_figure():
    live = figure("accommodation")
    rare, likely = live.values(relief_chance=0.1), live.values(relief_chance=0.9)
    assert [rare["share"], likely["share"]] == pytest.approx([0.148, 0.106], abs=0.012)
    assert [rare["episodes"], likely["episodes"]] == pytest.approx([1.5, 9.3], abs=0.5)
    assert [rare["share"], likely["share"]] == pytest.approx([0.149, 0.104], abs=0.02)


def test_none_of_sixteen_leaves_room_for_one_in_five():
    """Nobody of the 16 in the four-day trial got worse (launes2019_rct)."""
    limit = binomtest(0, 16).proportion_ci(0.95, method="exact").high
    assert limit == pytest.approx(0.206, abs=0.001)
    assert f"0 of 16 (exact 95 % interval 0 to {100 * limit:.1f} %)" in PROSE


def test_model_b_shows_the_same_two_directions():
    run = opponent.opponent.run(
        6000,
        learners=60,
        every=1000,
        record=["obsession", "visited"],
        relief_chance=np.array([[0.1], [0.5], [0.9]]),
    )
    share = run["obsession"][-1].mean(axis=-1)
    episodes = 100 * run["visited"][-1, cycle.REACT].mean(axis=-1)
    assert share == pytest.approx([0.778, 0.420, 0.326], abs=0.02)
    assert episodes == pytest.approx([7.8, 17, 28], abs=0.6)


def test_the_population_table_is_the_stored_one():
    stored = ROOT / "src" / "breaking_the_loop" / "ocd_cycle" / "hand_washing_population.csv"
    assert stored.read_bytes() == (REFERENCE / "cycle_rigoux_population.csv").read_bytes()
    text = ocd_rivals.population_table()._repr_html_()
    # error in believed washing efficacy, checks required: -.036 (.201), -.373 (.321) published
    assert "−0.04 (0.20)" in text and "−0.37 (0.32)" in text


@pytest.mark.parametrize("pair", [(0.9, 0.1), (0.9, 0.3), (0.8, 0.0), (0.5, 0.5), (0.9, 0.8)])
def test_relief_settles_at_the_line_or_at_zero_where_the_line_lies_below(pair):
    values = figure("settling").values(nu_plus=pair[0], nu_minus=pair[1])
    level = max(0, float(values["break_even"]))
    assert values["worth_end"] == pytest.approx(level, abs=0.05)
    assert (values["break_even"] > 0) == (values["net_credit"] > 0)
    assert (values["share_end"] > 0.05) == (values["net_credit"] > 0.05)


def test_the_worth_of_relief_is_the_sum_of_the_two_weights_of_relief():
    values = figure("settling").values()
    run = cycle.two_traces.run(4000, learners=50, seed=1, every=50, record=["w"])["w"]
    worth = (run[:, cycle.REACT] + run[:, cycle.LET_PASS]).mean(axis=-1)
    assert values["worth"] == pytest.approx(worth, abs=1e-12)


@pytest.mark.parametrize(
    ("way", "nu_minus", "net"), [(0, 0.1, 0.173), (1, 0.1, -0.061), (1, 0.8, -0.511)]
)
def test_the_ledger_shows_what_holding_back_does(way, nu_minus, net):
    values = figure("ledger-held-back").values(way=way, nu_minus=nu_minus)
    assert values["net_credit"] == pytest.approx(net, abs=0.001)
    heights = [values[name] for name in ("entering", "failing", "relieving", "net_credit")]
    assert max(map(abs, heights)) < 1, "every bar fits the axes"


@pytest.mark.parametrize("length", [0.0, 0.3, 0.8, 0.9])
def test_equal_memories_cancel_failures_and_relief(length):
    values = figure("expected-ledger").values(nu_plus=length, nu_minus=length)
    assert values["cancel"] == 1 and values["net_credit"] == pytest.approx(-0.34)


def test_one_turn_writes_the_credit_at_the_step_of_relief():
    live = figure("one-turn")
    assert [live.values(t=t)["relief_pays"] for t in (17, 18, 19, 20)] == [0, 0, 1, 0]
    live.draw(t=19)
    assert "+0.42" in [text.get_text() for text in live.figure.axes[0].texts]
    values = live.values(t=19)
    entries = [values[name] for name in ("enter", "fail", "relief")]
    assert entries == pytest.approx([-0.14, -0.09, 0.42], abs=0.005)


def own_rule(line):
    """The learner of part 3's second exercise, with the line that sets `m.reach`."""
    cells = {cell.id: cell.source for cell in NOTEBOOK.cells}
    assert cells["table-rule"].count("m.reach = m.by_state") == 1
    names = {}
    exec(cells["setup"] + "\n" + cells["table-rule"].replace("m.reach = m.by_state", line), names)
    return names["table_learner"]


def late_share(model, nu_plus, nu_minus, learners=30, steps=5000):
    run = model.run(
        steps,
        learners=learners,
        every=1000,
        record=["obsession"],
        nu_plus=nu_plus,
        nu_minus=nu_minus,
    )
    return run["obsession"][-1].mean()


def test_before_the_edit_the_table_of_values_lives_the_same_life():
    model = own_rule("m.reach = m.by_state")
    same = {"steps": 1000, "learners": 5, "record": ["w"]}
    assert model.run(**same)["w"] == pytest.approx(cycle.two_traces.run(**same)["w"], abs=1e-12)


def test_the_worked_solution_reverses_the_conclusion():
    lesson = yaml.safe_load(lesson_file("01_ocd_cycle").read_text("utf-8"))
    solution = lesson["hints"]["values-without-traces"]["solution"]
    line = re.search(r"m\.reach = .*", solution)[0]
    model = own_rule(line)
    assert late_share(model, 0.0, 0.9) == pytest.approx(0.55, abs=0.05)
    assert late_share(model, 0.1, 0.9) == pytest.approx(0.55, abs=0.05)
    assert late_share(cycle.two_traces, 0.1, 0.9) < 0.015


def test_the_end_states_of_part_9_are_those_of_both_models():
    rows = re.findall(r"^\| \w+ \((0\.\d), (0\.\d)\) \| (\d+) % \| (\d+) % \|$", PROSE, re.M)
    assert len(rows) == 3
    for plus, minus, *told in rows:
        for line, percent in zip(("m.by_state", "m.here"), told, strict=True):
            model = own_rule(f"m.reach = {line}")
            share = late_share(model, float(plus), float(minus), learners=50, steps=4000)
            assert share == pytest.approx(int(percent) / 100, abs=0.015)


def test_every_part_is_marked_and_listed_in_its_order():
    parts = {
        cell.metadata.looplab.part: cell.metadata.looplab.use
        for cell in NOTEBOOK.cells
        if "part" in cell.metadata.get("looplab", {})
    }
    headings = re.findall(r"^## (\d+) · ", PROSE, re.M)
    listed = re.findall(r"^\| (\d+) \| [^|]* \| (class|homework|optional) \| \d+ \|$", PROSE, re.M)
    assert list(parts) == headings
    assert listed == list(parts.items())


@pytest.mark.parametrize(
    "said",
    [
        "education, not medical advice",
        "two states, four actions",
        "the settings are ours",
        "depends on the architecture",
        "not a symptom score",
        "money task",
        "does not explain behaviour in punishment contexts",
        "no onset and no therapy",
        "no return of fear",
        "has been validated",
        "about 1 to 4 % of people",
        "iocdf.org",
        "Nobody is asked to tell",
        "do not change a medicine",
        "All of these people were adults",
        "that is no lack of effort",
        "says nothing about whether a treatment helped",
    ],
)
def test_the_limitations_are_printed(said):
    assert said in PROSE.replace("\n  ", " ").replace("\n", " ")


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d\s?mg\b",
        r"\bOCD (?:patients|sufferers)\b",
        r"\bpatients\b",
        r"\birrational\b",
        r"\bcrazy\b|\bsuffer(?:s|er|ing)?\b",
        r"\bketamine (?:works|cures|treats|heals)\b",
    ],
)
def test_the_tone_of_the_notebook(pattern):
    spoken = PROSE + json.dumps(
        yaml.safe_load(lesson_file("01_ocd_cycle").read_text("utf-8")),
        ensure_ascii=False,
    )
    assert not re.search(pattern, spoken, re.IGNORECASE)


def shown_symbols():
    """Every symbol in the equations of the notebook: {symbol: names of quantities}."""
    names = {"shown": lambda model, *chosen, **_: (model, chosen)}
    for cell in NOTEBOOK.cells:
        if cell.id in ("setup", "rule", "table-rule") and cell.cell_type == "code":
            exec(cell.source, names)
    found = {}
    for cell in NOTEBOOK.cells:
        for call in re.findall(r"^equations\((.*?)\)$", cell.source, re.S | re.M):
            model, chosen = eval(f"shown({call})", names)
            program = trace(model)
            for name in chosen or [*program.named, *program.following]:
                lines = program.named.get(name) or program.following[name]
                used = {s for line in lines for s in line.free_symbols}
                for quantity in {name} | {program.components[symbol][0] for symbol in used}:
                    record = next((r for r in model.records if r.name == quantity), None)
                    symbol = record.symbol if record else model.symbols.get(quantity, quantity)
                    found.setdefault(symbol, set()).add(quantity)
    return found


def test_one_symbol_means_one_thing_in_all_equations_of_the_notebook():
    found = shown_symbols()
    assert len(found) > 50
    clashes = {symbol: names for symbol, names in found.items() if len(names) > 1}
    assert clashes == {}


INDEX_OR_HAT = r"\\(?:bar|hat|tilde) ?|[_^](?:\{[^{}]*(?:\{[^{}]*\})?[^{}]*\}|\w)|'"


@pytest.mark.parametrize(
    ("letter", "meaning"),
    [
        ("r", {"reward", "last_reward"}),
        ("d", {"distress"}),
        ("h", {"stay_chance"}),
        ("S", {"correction", "corrected"}),
        ("F", {"v", "expected", "learned"}),
    ],
)
def test_a_letter_keeps_its_meaning_with_an_index_or_a_hat(letter, meaning):
    base = {}
    for symbol, names in shown_symbols().items():
        bare = re.sub(INDEX_OR_HAT, "", symbol)
        base.setdefault(bare, set()).update(names)
    assert base[letter] == meaning


def test_part_six_begins_with_the_banner_and_part_five_keeps_trials_off_the_axes():
    part = PROSE[PROSE.index("## 8 ·") :]
    assert part.index("> **Hypothesis.**") < part.index("First the facts")
    assert "Beside it, not on it" in PROSE


# What would give a prediction away, in words or digits, if it stood before the question.
GIVEN_AWAY = {
    "inside-obsession": r"−1\.21|compulsion is (?:the|not the) (?:better|sensible|mistake)",
    "after-relief": r"reaches back to the (?:act|reaction)|two memories equal",
    "where-it-lasts": r"\(0\.9, 0\.1\)|[Ii]mbalanced|protects",
    "equal-memories": r"cancel|to the last digit",
    "worth-of-relief": r"break.even|becomes worth|\+0\.245",
    "which-learner": r"opposite surprises|opposed|hear the other",
    "what-repeats": r"last wash worked|doubt in|fear alone",
    "rank-during": r"[Ww]orse before|four times|half of its time",
    "rank-later": r"87 %|[Pp]art of a step|half-hearted",
    "same-forgetting": r"both (?:models )?come back|does not tell A from B",
    "kindness": r"more episodes|many short|breeds",
    "fear-kept": r"protects the fear|0\.89|keeps its threat|stays? feared",
    "worst-afterwards": r"beginner|grows back|27\.\d ?%",
}


def shown_before():
    """(prediction, everything that a reader has been shown before it), in order."""
    lesson = yaml.safe_load(lesson_file("01_ocd_cycle").read_text("utf-8"))
    asked = {cell.id: cell.source for cell in NOTEBOOK.cells if cell.cell_type == "code"}
    shown = []
    for cell in NOTEBOOK.cells:
        if cell.cell_type == "markdown":
            shown.append(cell.source)
        call = re.match(r'lesson\.predict\("([\w-]+)"', asked.get(cell.id, ""))
        if call:
            live = figure(cell.id)
            shown.append(live.title)
            yield call[1], "\n".join(shown)
            entry = lesson["predict"][call[1]]
            shown += [live.description(), entry.get("reveal", ""), entry.get("what_to_see", "")]


def test_nothing_shown_before_a_prediction_gives_it_away():
    found = dict(shown_before())
    assert set(found) == set(GIVEN_AWAY)
    for asked, before in found.items():
        leak = re.search(GIVEN_AWAY[asked], " ".join(before.split()))
        assert not leak, f"{asked}: {leak and leak[0]!r} stands before it"
