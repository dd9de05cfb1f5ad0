"""Forty-eight trials pooled with random effects, against the reference and in the figure."""

import numpy as np
import pytest
from course_pages import course_figure
from reference_tables import reference

from breaking_the_loop.evidence import compared
from breaking_the_loop.onset_timelines import ladder_figures, pooling

ROWS = compared.psychotherapy()
OUTLIER = ladder_figures.WITHOUT[1]


def _adults(control, *treatments, rating="clinician"):
    return lambda row: (
        row.age_group == "adults"
        and row.control == control
        and (rating is None or row.rating == rating)
        and (not treatments or row.treatment in treatments)
    )


SETS = {
    "all 48 trials": lambda row: True,
    "control: waiting list": lambda row: row.control == "waiting list",
    "control: psychological placebo": lambda row: row.control == "psychological placebo",
    "control: care as usual": lambda row: row.control == "care as usual",
    "control: pill placebo": lambda row: row.control == "pill placebo",
    "risk of bias low": lambda row: row.risk_of_bias == "low",
    "risk of bias high": lambda row: row.risk_of_bias == "high",
    "ERP against psychological placebo": lambda row: (
        row.treatment == "erp" and row.control == "psychological placebo"
    ),
    "without the two largest differences (Khodarahimi)": lambda row: row.study != OUTLIER,
    "adults, clinician-rated, any psychotherapy, psychological placebo": _adults(
        "psychological placebo"
    ),
    "adults, clinician-rated, any psychotherapy, waiting list": _adults("waiting list"),
    "adults, clinician-rated, ERP, psychological placebo": _adults("psychological placebo", "erp"),
    "adults, clinician-rated, ERP, waiting list": _adults("waiting list", "erp"),
    "adults, clinician-rated, ERP, pill placebo (one trial)": _adults("pill placebo", "erp"),
    "adults, any rating, waiting list, all": _adults("waiting list", rating=None),
}
SETTINGS = {
    "all 48 trials": {},
    "control: waiting list": {"control": 1},
    "control: psychological placebo": {"control": 2},
    "control: care as usual": {"control": 3},
    "control: pill placebo": {"control": 4},
    "risk of bias low": {"risk": 1},
    "risk of bias high": {"risk": 2},
    "without the two largest differences (Khodarahimi)": {"left_out": 1},
}


def _pooled(chosen, value="g", **more):
    trials = pooling.by_trial([row for row in ROWS if chosen(row)], value)
    sizes, variances = zip(*trials.values(), strict=True)
    return len(trials), pooling.pool(sizes, variances, **more)


@pytest.mark.parametrize("row", reference("new_psychotherapy_pooled"), ids=lambda row: row["set"])
def test_trials_pool_to_the_reference(row):
    count, found = _pooled(SETS[row["set"]], row["scale"])
    assert count == row["trials"]
    assert [found["mean"], found["low"], found["high"]] == pytest.approx(
        [row["DL_mean"], row["DL_low"], row["DL_high"]], abs=2e-3
    )
    assert found["between"] == pytest.approx(row["DL_tau2"], abs=2e-3)


def test_the_figure_says_the_same_numbers():
    live = course_figure("03_onset_timelines", "pool-yourself")
    rows = {row["set"]: row for row in reference("new_psychotherapy_pooled")}
    for name, settings in SETTINGS.items():
        shown = live.values(**settings)
        assert int(shown["trials"]) == rows[name]["trials"]
        for quantity, column in (("mean", "DL_mean"), ("low", "DL_low"), ("high", "DL_high")):
            assert float(shown[quantity]) == pytest.approx(rows[name][column], abs=2e-3), name
    # Three trials: the interval that minds it includes 0, as the paper's sentence says.
    shown = live.values(risk=1, few=1)
    assert float(shown["low"]) == pytest.approx(rows["risk of bias low"]["HK_low"], abs=2e-3)
    assert float(shown["high"]) == pytest.approx(rows["risk of bias low"]["HK_high"], abs=2e-3)
    assert "no such trial" in live.description(control=4, risk=1)
    assert ladder_figures.ODC_BY in {text.get_text() for text in live.figure.axes[0].texts}


def test_one_trial_is_itself_and_their_order_is_irrelevant():
    alone = pooling.pool([0.7], [0.04])
    assert alone["between"] == 0
    assert [alone["mean"], alone["low"], alone["high"]] == pytest.approx(
        [0.7, 0.7 - 1.959964 * 0.2, 0.7 + 1.959964 * 0.2], abs=1e-6
    )
    trials = np.array(list(pooling.by_trial(ROWS).values()))
    shuffled = np.random.default_rng(1).permutation(trials)
    assert pooling.pool(*shuffled.T) == pytest.approx(pooling.pool(*trials.T), rel=1e-9)
    assert pooling.pool([0.5, 0.5, 0.5], [0.1, 0.2, 0.3])["between"] == 0


def test_what_the_lesson_says_of_single_trials():
    high = {row.study for row in ROWS if row.risk_of_bias == "high"}
    assert (len(high), len({row.study for row in ROWS})) == (42, 48)
    everyone = _adults("waiting list", rating=None)
    assert _pooled(everyone, "points")[1]["mean"] == pytest.approx(-8.94, abs=0.01)
    rest = _pooled(lambda row: everyone(row) and row.study != OUTLIER, "points")
    assert (rest[0], rest[1]["mean"]) == (12, pytest.approx(-7.47, abs=0.01))
    waiting = _pooled(lambda row: row.control == "waiting list" and row.study != OUTLIER)
    assert waiting[1]["mean"] == pytest.approx(1.16, abs=0.005)


def test_the_rows_drawn_from_the_data_are_those_pooled_here():
    for control, treatments, trials in (
        ("psychological placebo", (), 10),
        ("waiting list", (), 11),
        ("psychological placebo", ("erp",), 4),
    ):
        count, found = _pooled(_adults(control, *treatments), "points")
        assert count == trials
        (rung,) = [
            rung
            for rung in compared.ladder()
            if (rung.axis, rung.study_id, rung.control) == ("points", "metapsy2024_ocd", control)
            and rung.interval_from.endswith(f" {trials} trials")
        ]
        assert [rung.difference, rung.low, rung.high] == pytest.approx(
            [found["mean"], found["low"], found["high"]], abs=2e-3
        )


def test_rows_keep_their_places_in_every_order():
    for name, axis in (("points", "points"), ("responders", "responders")):
        live = course_figure("03_onset_timelines", f"ladder-{name}")
        rungs = [rung for rung in compared.ladder() if rung.axis == axis]
        for order in range(3):
            shown = live.values(order=order)
            places = [float(shown[f"place_{i}"]) for i in range(len(rungs))]
            assert sorted(places) == list(range(len(rungs)))
        by_people = sorted(range(len(rungs)), key=lambda i: -places[i])
        people = [rungs[i].n or 0 for i in by_people]
        assert people == sorted(people, reverse=True)
