"""What figures say holds at every setting: sentences, captions and read-outs against the numbers.

For the new parts: notebook 05, the chain and the harms of 04, the ladder of 03. All settings of a
figure where there are at most 200, its corners and 100 random ones otherwise.
"""

import itertools
import re

import numpy as np
import pytest
from course_pages import course_figure, values_of

from breaking_the_loop.evidence import compared
from breaking_the_loop.fit_yourself import fit, record_figures

FIT, ONSET, TRIALS = "05_fit_yourself", "03_onset_timelines", "04_weighing_the_evidence"
# Figures that fit a record at each setting take a second for each in NumPy: see below.
SWEPT = [
    (FIT, "recovery"), (FIT, "cloud"), (FIT, "confusion"), (FIT, "trials-needed"),
    (FIT, "aftermath"), (ONSET, "ladder-points"), (ONSET, "ladder-responders"),
    (ONSET, "ladder-standardised"), (ONSET, "pool-yourself"), (TRIALS, "unblinding-chain"),
    (TRIALS, "given-away"), (TRIALS, "dose-trend"), (TRIALS, "drug-or-hope"),
    (TRIALS, "harm-pair"),
    (TRIALS, "one-receptor"), (TRIALS, "could-it-be-seen"), (TRIALS, "hope-or-drug"),
]  # fmt: skip


def settings(live, most=200, drawn=100):
    """Every setting of a figure; of many, the corners and some others."""
    grid = {name: values_of(control) for name, control in live.controls.items()}
    if np.prod([float(len(values)) for values in grid.values()]) <= most:
        return [dict(zip(grid, each, strict=True)) for each in itertools.product(*grid.values())]
    rng = np.random.default_rng(6)
    others = [
        {name: float(rng.choice(values)) for name, values in grid.items()} for _ in range(drawn)
    ]
    return [*live.corners(), *others]


@pytest.mark.parametrize(("notebook", "figure"), SWEPT)
def test_no_sentence_has_a_number_that_is_none_or_a_minus_before_nothing(notebook, figure):
    live = course_figure(notebook, figure)
    wrong = []
    for chosen in settings(live):
        said = live.description(**chosen)
        if re.search(r"(?<![\w.,])[-−]0(\.0+)?(?![\d.])|\b(nan|inf)\b|–(?= )", said):
            wrong.append((chosen, said))
    assert wrong[:3] == []


def test_nothing_is_pooled_where_there_is_no_trial_or_one():
    live = course_figure(ONSET, "pool-yourself")
    counts = set()
    for chosen in settings(live):
        trials = int(live.values(**chosen)["trials"])
        said = live.description(**chosen)
        assert ("trials, pooled:" in said) == (trials > 1), said
        assert ("no such trial" in said) == (trials == 0), said
        shown = live.values(**chosen)
        assert (shown["several"], shown["single"], shown["nothing"]) == (
            trials > 1, trials == 1, trials == 0
        )  # fmt: skip
        counts.add(trials)
    assert {0, 1, 2} <= counts
    # A read-out always says a number, and where there is no trial there is none to say.
    assert [each["name"] for each in live.numbers] == ["trials"]


@pytest.mark.parametrize("axis", ["points", "responders", "standardised"])
def test_the_ladder_tells_its_list_in_the_order_in_which_it_says_it_is(axis):
    live = course_figure(ONSET, f"ladder-{axis}")
    names = sorted((rung.rung for rung in compared.ladder() if rung.axis == axis), key=str.lower)
    for order in range(3):
        said = live.description(order=order)
        listed = said.partition("By name: ")[2]
        places = [listed.index(name) for name in names]
        assert listed and places == sorted(places), said


def test_of_the_confusion_table_read_outs_mean_the_same_however_it_is_read():
    live = course_figure(FIT, "confusion")
    for criterion in range(2):
        by_row, by_column = (
            live.values(criterion=criterion, reading=reading) for reading in range(2)
        )
        rows, columns = (each["shown"].reshape(7, 3) for each in (by_row, by_column))
        np.testing.assert_allclose(rows.sum(axis=1), 1, atol=2e-3)
        np.testing.assert_allclose(columns.sum(axis=0), 1, atol=2e-3)
        for values in (by_row, by_column):
            assert values["slow_coin"] == pytest.approx(rows[0, 2])
            assert values["right_a"] == pytest.approx(columns[:4, 0].sum())
            assert values["right_coin"] == pytest.approx(columns[6, 2])
        assert {each["name"] for each in live.numbers} == {"slow_coin", "right_a", "right_coin"}
    # The brief, 1.7: with seven players equally common, 86 % and 45 %.
    usual = live.values(criterion=0)
    assert usual["right_a"] == pytest.approx(0.86, abs=0.005)
    assert usual["right_coin"] == pytest.approx(0.45, abs=0.005)


def test_after_erp_a_learner_is_said_to_be_back_where_it_is():
    live = course_figure(FIT, "aftermath")
    for keeping in range(3):
        values = live.values(keeping=keeping)
        back = [
            abs(values[f"{model}_erp_late"] - values[f"{model}_erp_before"]) < 0.012
            for model in "ab"
        ]
        said = live.description(keeping=keeping)
        assert ("Both are back" in said) == all(back), said
        assert ("neither is back" in said) == (not any(back)), said
    values = live.values(keeping=0)
    assert values["a_erp_late"] < values["a_none_late"] / 5
    assert values["b_none_late"] < values["b_erp_late"] < values["b_erp_after"]


def test_the_model_that_played_wins_more_often_with_every_length():
    live = course_figure(FIT, "trials-needed")
    assert "wins more often" in live.caption
    for truth, name in enumerate(("won_a", "won_b")):
        assert (np.diff(live.values(truth=truth)[name]) > 0).all()


MAP_SETTINGS = [
    {"player": player, "trials": trials, "wind": wind, "map": 0}
    for player, trials, wind in [
        (0, 180, 0.1), (0, 200, 0.1), (1, 200, 0.2), (2, 50, 0.1), (2, 60, 0.05), (3, 400, 0.1),
        (0, 350, 0.15),
    ]
]  # fmt: skip


def test_equal_memories_are_said_to_be_compatible_where_they_are_shaded():
    live = course_figure(FIT, "likelihood-map")
    seen = set()
    for chosen in MAP_SETTINGS:
        values = live.values(**chosen)
        equal = np.isclose(values["fit_x"], values["fit_y"])
        shaded = bool((values["side"][equal] > 0).any())
        said = live.description(**chosen)
        assert ("No equal memories lie in the region" in said) == (not shaded), said
        rejected = bool(values["drop"] > fit.UNEQUAL)
        assert ("answered no" in said) == (shaded and rejected), said
        assert ("compatible with it, too" in said) == (not rejected), said
        seen.add((shaded, rejected))
    assert seen == {(True, False), (True, True), (False, True)}


def test_what_is_said_of_three_rivals_is_what_their_bars_show():
    rng = np.random.default_rng(7)
    live = course_figure(FIT, "rivals")
    decisions = dict(live.words)["decided"][1]
    for _ in range(300):
        a, b, coin = -100 + rng.normal(0, 4, 3)
        found = record_figures.criteria.evaluate(
            a=a, b=b, coin_likely=coin, free_moves=rng.integers(40, 390), criterion=rng.integers(2)
        )
        behind = [float(found[f"{name}_behind"]) for name in ("a", "b", "coin")]
        assert int(found["best_model"]) == int(np.argmin(behind))
        close = sorted(behind)[1] < 2
        assert ("no decision" in decisions[int(found["clear"])]) == close


def test_a_dose_trend_is_laid_to_hope_only_where_more_is_easier_to_tell():
    live = course_figure(TRIALS, "dose-trend")
    asleep = live.values(expectancy=8, top_effect=0, control=2)
    assert float(asleep["found_share"]) < 0.05 and abs(float(asleep["gain"])) < 0.2
    assert "Where more of it is easier to tell" in live.caption
