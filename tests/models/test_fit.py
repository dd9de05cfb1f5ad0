"""Fitting models to a record of the boat game: golden values, recovery and confusion.

Numbers come from science brief 06 (`new_fit_*.csv`); those of recovery and confusion are shares of
simulated records, compared within the tolerances that the brief gives for fewer of them; where it
gives none (how many trials are needed), within the sampling errors of both sides. Many records are
fitted by the browser's program in V8, several times as fast as NumPy; that both give the same is
tested on the golden record and on some of the many.
"""

import json
from functools import cache
from statistics import NormalDist

import numpy as np
import pytest
from javascript import engine
from reference_tables import reference

from breaking_the_loop.fit_yourself import fit, players, table_figures
from breaking_the_loop.ocd_cycle import cycle
from looplab.errors import ModelError
from looplab.model.along import along, best_slope, log_likelihood
from looplab.model.program import given, program

GOLDEN = {
    (row["quantity"], "" if row["setting"] != row["setting"] else row["setting"]): row["value"]
    for row in reference("new_fit_golden_values")
}
SLOW = "nu 0.9, 0.1; alpha 0.05; beta 2"
A, B = players.two_traces_along, players.opponent_along


def golden_value(quantity, setting=SLOW):
    """The numbers of one row of the golden values."""
    value = GOLDEN[quantity, setting]
    return [float(part) for part in str(value).split(";")]


def traces(nu_plus, nu_minus, **more):
    return {"nu_plus": nu_plus, "nu_minus": nu_minus, "alpha": 0.05, "beta": 2.0} | more


def opponent(plus, minus, **more):
    return {"rho_plus": plus, "rho_minus": minus, "rate": 0.1, "beta": 10.0} | more


SINGLE = [
    ("log likelihood A", SLOW, A, traces(0.9, 0.1)),
    ("log likelihood A", "nu 0.5, 0.5; alpha 0.05; beta 2", A, traces(0.5, 0.5)),
    ("log likelihood A", "nu 0.1, 0.9; alpha 0.05; beta 2", A, traces(0.1, 0.9)),
    ("log likelihood A", "nu 0.8, 0.8; alpha 0.05; beta 2", A, traces(0.8, 0.8)),
    ("log likelihood A", "nu 0, 0; alpha 0.05; beta 2", A, traces(0.0, 0.0)),
    ("log likelihood A, forgetting 0.001", SLOW, A, traces(0.9, 0.1, forgetting=0.001)),
    ("log likelihood A, forgetting 0.01", SLOW, A, traces(0.9, 0.1, forgetting=0.01)),
    ("log likelihood B", "rates .09,.01,.01,.09; beta 10", B, opponent(0.9, 0.1)),
    ("log likelihood B", "rates .05 x 4; beta 10", B, opponent(0.5, 0.5)),
    (
        "log likelihood B, forgetting 0.001",
        "rates .09,.01,.01,.09; beta 10",
        B,
        opponent(0.9, 0.1, forgetting=0.001),
    ),
]


def likelihood(model, record, **parameters):
    """The log-likelihood of one record, in NumPy."""
    run = model.run(
        len(record.place), draws=record.seen(), record=["preference"], finite=False, **parameters
    )
    seen = record.seen()
    free = 1 - seen["seen_blown"]
    return log_likelihood(run["preference"], seen["seen_first"], free, parameters["beta"])[0]


IN_V8 = """(program, parameters, grid, record, compiles) => {
  engine.compiles = compiles;
  const runner = new Runner(program, ["preference"]);
  const columns = [record.blown, record.first, record.following];
  const counted = record.blown.map((blown) => 1 - blown);
  const work = surface(runner, parameters, grid, woven(columns), record.first, counted);
  let step = work.next();
  while (!step.done) step = work.next();
  runner.free();
  const { likelihood, ...found } = step.value;
  const finite = Array.from(likelihood, (x) => (Number.isFinite(x) ? x : null));
  return JSON.stringify({ ...found, likelihood: finite });
}"""


def in_v8(model, record, x, y, over, slope, compiles=True, **parameters):
    """The same fit as `looplab.model.along.surface`, by the browser's program."""
    names = given(model)
    numbers = [float(parameters.get(name, getattr(model[name], "default", 0))) for name in names]

    def side(name, values):
        return {"at": names.index(name), "values": list(map(float, values))}

    steep = {"low": slope[0], "high": slope[1]} if np.ndim(slope) else float(slope)
    grid = {"x": side(*x), "y": side(*y), "over": side(*over), "slope": steep}
    columns = {
        name: np.asarray(getattr(record, name), float).tolist()
        for name in ("blown", "first", "following")
    }
    call = [program(model), numbers, grid, columns, compiles]
    found = json.loads(engine().eval(f"({IN_V8})({', '.join(map(json.dumps, call))})"))
    likely = np.array([np.nan if x is None else x for x in found["likelihood"]], float)
    shape = len(grid["x"]["values"]), len(grid["y"]["values"])
    return found | {"likelihood": np.where(np.isnan(likely), -np.inf, likely).reshape(shape)}


MANY_IN_V8 = """(program, parameters, grid, records) => {
  engine.compiles = true;
  const runner = new Runner(program, ["preference"]);
  const fits = records.map((record) => {
    const [blown, first, following] = record.map((text) => Float64Array.from(text, Number));
    const columns = woven([blown, first, following]);
    const work = surface(runner, parameters, grid, columns, first, blown.map((each) => 1 - each));
    let step = work.next();
    while (!step.done) step = work.next();
    const { best, equal, at, likelihood } = step.value;
    return { best, equal, at, fall: Array.from(likelihood, (x) => Math.min(1e9, 2 * (best - x))) };
  });
  runner.free();
  return JSON.stringify(fits);
}"""


def many_in_v8(model, record, x, y, over, slope, **parameters):
    """Of each record the best log-likelihood, that with equal memories, the best cell (records,
    4), and twice the fall from the best (records, x, y), by the browser's program."""
    names = given(model)
    numbers = [float(parameters.get(name, getattr(model[name], "default", 0))) for name in names]
    sides = [
        {"at": names.index(name), "values": list(map(float, values))}
        for name, values in (x, y, over)
    ]
    steep = {"low": slope[0], "high": slope[1]} if np.ndim(slope) else float(slope)
    grid = dict(zip(("x", "y", "over"), sides, strict=True)) | {"slope": steep}
    columns = [getattr(record, name).astype(int).T for name in ("blown", "first", "following")]
    texts = [["".join(map(str, one)) for one in three] for three in zip(*columns, strict=True)]
    call = [program(model), numbers, grid, texts]
    fits = json.loads(engine().eval(f"({MANY_IN_V8})({', '.join(map(json.dumps, call))})"))
    best, equal, at, fall = (np.array([each[k] for each in fits]) for k in fits[0])
    return best, equal, at, fall.reshape(len(fits), len(x[1]), len(y[1]))


def traces_in_v8(record, grid=fit.COARSE, alpha=None, beta=None):
    """Model A of many records, as `fit.likelihood_map` fits it."""
    over, slope = (fit.ALPHAS, fit.BETA_A) if alpha is None else ([alpha], beta)
    return many_in_v8(A, record, ("nu_plus", grid), ("nu_minus", grid), ("alpha", over), slope)


def compared_in_v8(record):
    """The rivals of many records, as `fit.compare` fits them."""
    sides = ("rho_plus", fit.COARSE), ("rho_minus", fit.COARSE), ("rate", fit.ALPHAS)
    best = [traces_in_v8(record)[0], many_in_v8(B, record, *sides, fit.BETA_B)[0]]
    likelihood = np.array([*best, fit.coin_likelihood(record)])
    return fit.Comparison(likelihood, record.free.sum(axis=0), None)


def recovered_in_v8(record, nu_plus, nu_minus, grid=fit.COARSE, alpha=None, beta=None):
    """What fitting gives back, as `fit.recover` says it."""
    best, equal, at, fall = traces_in_v8(record, grid, alpha, beta)
    here = np.argmin(abs(grid - nu_plus)), np.argmin(abs(grid - nu_minus))
    unequal = (2 * (best - equal) > fit.UNEQUAL) & (at[:, 0] > at[:, 1])
    covered = fall[:, *here] <= fit.WITHIN
    return fit.Recovery(at[:, :2].T, covered, unequal, (fall <= fit.WITHIN).mean(axis=(1, 2)))


def single_in_v8(model, record, compiles=True, **parameters):
    """The log-likelihood of one record at one setting, in V8: a grid of one cell."""
    slope = parameters.pop("beta")
    axes = [
        (name, [parameters[name]])
        for name in (
            ("nu_plus", "nu_minus", "alpha") if model is A else ("rho_plus", "rho_minus", "rate")
        )
    ]
    return in_v8(model, record, *axes, slope, compiles, **parameters)["best"]


def test_the_golden_record_is_what_its_draws_give():
    rows = reference("new_fit_golden_sequence")
    golden = players.golden()
    columns = {"in_fog": "place", "blown": "blown", "action": "action", "next_in_fog": "following"}
    for name, own in columns.items():
        assert [row[name] for row in rows] == list(getattr(golden, own))
    np.testing.assert_allclose(golden.reward, [row["reward"] for row in rows], atol=1e-12)
    uniform = np.random.default_rng(20250601).random((200, 3))
    names = ("choice", "transition", "gust")
    draws = {name: uniform[:, [place]] for place, name in enumerate(names)}
    played = players.play(players.two_traces, 200, draws=draws, **traces(0.9, 0.1))
    for own in ("place", "blown", "first", "following"):
        assert getattr(played, own)[:, 0].tolist() == getattr(golden, own).tolist()
    assert golden.place.sum() == 126 and golden.blown.sum() == 9
    assert ((golden.action == players.DIAMOND) & (golden.blown == 0)).sum() == 44
    assert (golden.action == players.TRIANGLE).sum() == 98
    assert golden.free.sum() == golden_value("free choices", "")[0] == 191
    assert golden.reward.sum() == pytest.approx(-73.98)


@pytest.mark.parametrize(("quantity", "setting", "model", "parameters"), SINGLE)
def test_the_likelihood_of_the_golden_record_in_numpy_and_in_v8(
    quantity, setting, model, parameters
):
    expected = golden_value(quantity, setting)[0]
    golden = players.golden()
    assert likelihood(model, golden, **parameters) == pytest.approx(expected, abs=1e-8)
    assert single_in_v8(model, golden, **parameters) == pytest.approx(expected, abs=1e-8)
    closures = single_in_v8(model, golden, compiles=False, **parameters)
    assert closures == pytest.approx(expected, abs=1e-8)


def test_the_known_map_of_the_golden_record():
    found = fit.likelihood_map(players.golden(), alpha=0.05, beta=2.0)
    name = "map (alpha 0.05, beta 2): maximum"
    assert found.best[0] == pytest.approx(golden_value(name, "51 x 51")[0], abs=1e-8)
    cell = [found.at_best(side)[0] for side in "xy"]
    assert cell == golden_value("map: cell of the maximum", "nu+, nu-")
    inside = (2 * (found.best - found.likelihood) <= fit.WITHIN).sum()
    assert abs(inside - golden_value("map: cells within 5.991", "of 2601")[0]) <= 1
    equal = golden_value("map: best on the diagonal", "")[0]
    assert found.equal[0] == pytest.approx(equal, abs=1e-6)
    same = in_v8(
        A,
        players.golden(),
        ("nu_plus", fit.FINE),
        ("nu_minus", fit.FINE),
        ("alpha", [0.05]),
        2.0,
    )
    np.testing.assert_allclose(same["likelihood"], found.likelihood[..., 0], atol=1e-8)
    assert same["at"] == [0.92, 0.02, 0.05, 2]


@cache
def golden_profile():
    return fit.likelihood_map(players.golden())


def test_the_profiled_map_of_the_golden_record():
    found = golden_profile()
    best = golden_value("profile map: maximum", "51 x 51, five alphas")[0]
    assert found.best[0] == pytest.approx(best, abs=1e-4)
    *cell, beta = golden_value("profile map: cell, alpha, beta", "")
    assert [found.at_best(part)[0] for part in ("x", "y", "over")] == cell
    assert found.at_best("slope")[0] == pytest.approx(beta, abs=1e-2)
    inside = (2 * (found.best - found.likelihood) <= fit.WITHIN).sum()
    assert abs(inside - golden_value("profile map: cells within 5.991", "of 2601")[0]) <= 2
    equal = golden_value("profile map: best on the diagonal", "")[0]
    assert found.equal[0] == pytest.approx(equal, abs=1e-4)
    sides = ("nu_plus", fit.FINE), ("nu_minus", fit.FINE), ("alpha", fit.ALPHAS)
    same = in_v8(A, players.golden(), *sides, fit.BETA_A)
    np.testing.assert_allclose(same["likelihood"], found.likelihood[..., 0], atol=1e-8)


def test_the_rivals_of_the_golden_record():
    found = fit.compare(players.golden())
    a, b, r = found.likelihood[:, 0]
    assert a == pytest.approx(golden_value("best A on the 21 x 21 x 5 grid", "")[0], abs=1e-4)
    assert b == pytest.approx(golden_value("best B on the 21 x 21 x 5 grid", "")[0], abs=1e-4)
    setting = "44 of 65 on the shore, 98 of 126 in the fog"
    coin = golden_value("log likelihood R (maximum)", setting)[0]
    assert r == pytest.approx(coin, abs=1e-8)
    for name in ("BIC", "AIC"):
        expected = golden_value(f"{name} A; B; R", "21-value grids")
        np.testing.assert_allclose(getattr(found, name.lower())[:, 0], expected, atol=2e-3)
    sides = ("rho_plus", fit.COARSE), ("rho_minus", fit.COARSE), ("rate", fit.ALPHAS)
    assert in_v8(B, players.golden(), *sides, fit.BETA_B)["best"] == pytest.approx(b, abs=1e-7)


def test_every_golden_value_is_compared():
    single = {(quantity, setting) for quantity, setting, *_ in SINGLE}
    others = {key for key in GOLDEN if key not in single}
    assert len(GOLDEN) == 24 and len(single) == 10 and len(others) == 14


def test_without_wind_the_player_is_the_learner_of_notebook_01():
    uniform = np.random.default_rng(20220830).random((400, 2))
    draws = {name: uniform[:, [i]] for i, name in enumerate(("choice", "transition"))}
    draws["gust"] = np.full((400, 1), 0.5)
    record = players.play(players.two_traces, 400, draws=draws, wind=0.0, **traces(0.9, 0.1))
    assert record.place.sum() == 209
    assert (record.action == players.DIAMOND).sum() == 70
    assert (record.action == players.TRIANGLE).sum() == 155
    assert record.blown.sum() == 0
    # Along its own record the model has the weights that it had when it played.
    alone = cycle.two_traces.run(
        400, draws=draws, record=["w"], nu_plus=0.9, nu_minus=0.1, alpha=0.05, beta=2.0
    )
    again = A.run(400, draws=record.seen(), record=["w"], nu_plus=0.9, nu_minus=0.1, alpha=0.05)
    assert alone["w"].tolist() == again["w"].tolist()


def test_no_forgetting_is_forgetting_of_nothing():
    golden = players.golden()
    seen = golden.seen()
    # The rule of notebook 01, which knows no forgetting and no wind, to the last bit.
    plain = along(cycle.two_traces, ("first", "next_obsession"))
    known = {"record": ["w"], "nu_plus": 0.9, "nu_minus": 0.1, "alpha": 0.05}
    draws = {name: seen[name] for name in ("seen_first", "seen_next_obsession")}
    without = plain.run(200, draws=draws, **known)["w"]
    assert A.run(200, draws=seen, forgetting=0.0, **known)["w"].tolist() == without.tolist()
    for model, rest in ((A, traces(0.9, 0.1)), (B, opponent(0.9, 0.1))):
        nothing = likelihood(model, golden, **rest, forgetting=0.0)
        assert likelihood(model, golden, **rest, forgetting=0.001) != nothing


def test_the_tables_that_the_figures_show_are_those_of_the_reference():
    stored = table_figures.tables()
    rows = [row for row in RECOVERY if row["trials"] == 200]
    names = {
        "plus": "nu_plus_mean", "plus_spread": "nu_plus_sd", "minus": "nu_minus_mean",
        "minus_spread": "nu_minus_sd", "covered": "coverage_95", "region":
        "median_share_of_map_in_region", "above": "share_plus_above_minus",
        "flagged": "share_unequal_by_LR_and_plus_above",
    }  # fmt: skip
    groups = [(0.05, "known"), (0.05, "profiled"), (0.1, "known"), (0.1, "profiled")]
    ordered = [recovery_row(rate, truth, how) for rate, how in groups
               for truth in table_figures.TRUTHS]  # fmt: skip
    assert len(ordered) == len(rows) == len(stored["recovery"])
    for own, row in zip(stored["recovery"], ordered, strict=True):
        assert own == {name: row[theirs] for name, theirs in names.items()}
    for criterion, table in stored["confusion"].items():
        called = [[confusion_row(name)[f"{criterion}_{m}"] for m in "ABR"] for name in
                  players.PLAYERS]  # fmt: skip
        assert table == called
    for name, table in stored["trials"].items():
        needed = [row for row in reference("new_fit_trials_needed") if row["player"] == name]
        assert [row["trials"] for row in needed] == list(table_figures.LENGTHS)
        assert table == [[row[f"BIC_{m}"] for m in "ABR"] for row in needed]
    after = reference("new_fit_erp_forgetting")
    assert len(after) == len(stored["aftermath"])
    for row in after:
        key = "{model} {forgetting:g} {treatment}".format(**row)
        blocks = [row[f"block_{k + 1}"] for k in range(table_figures.BLOCKS)]
        assert stored["aftermath"][key] == blocks


def test_the_slow_learner_drifts_as_little_as_the_lesson_says():
    """From its first to its last fifty moves: diamonds 50 to 41 %, triangles 56 to 81 %."""
    record = players.PLAYERS["A_slow_imbalanced"].play(200, 2000, seed=21)
    for place, early, late in ((0, 0.50, 0.41), (1, 0.56, 0.81)):
        for moves, expected in ((slice(50), early), (slice(150, 200), late)):
            free = (record.free[moves] > 0) & (record.place[moves] == place)
            assert record.first[moves][free].mean() == pytest.approx(expected, abs=0.012)


def test_the_log_likelihood_is_concave_in_the_slope_and_newton_finds_its_top():
    golden = players.golden()
    seen = golden.seen()
    free = 1 - seen["seen_blown"]
    run = A.run(200, draws=seen, record=["preference"], nu_plus=0.9, nu_minus=0.1, alpha=0.05)
    slopes = np.linspace(0.05, 20, 400)
    heights = [
        log_likelihood(run["preference"], seen["seen_first"], free, slope)[0] for slope in slopes
    ]
    assert (np.diff(heights, 2) < 0).all()
    slope, best = best_slope(run["preference"], seen["seen_first"], free, 0.05, 20)
    assert best[0] >= max(heights) and abs(slope[0] - slopes[np.argmax(heights)]) < 0.06
    # Where no slope is steep enough, or only the opposite one would do, it stops at the border.
    always = np.ones((50, 1))
    assert best_slope(always, always, always, 0.05, 20)[0][0] == 20
    assert best_slope(-always, always, always, 0.05, 20)[0][0] == 0.05
    # Where nothing leans anywhere every slope does as well.
    flat = best_slope(0 * always, always, always, 0.05, 20)
    assert 0.05 <= flat[0][0] <= 20 and flat[1][0] == pytest.approx(50 * np.log(0.5))


def test_the_profiled_map_is_nowhere_below_the_known_one():
    known = fit.likelihood_map(players.golden(), alpha=0.05, beta=2.0)
    assert (golden_profile().likelihood >= known.likelihood - 1e-9).all()


def test_a_record_that_no_finite_weights_explain_is_impossible():
    wild = likelihood(A, players.golden(), **traces(1.0, 1.0) | {"alpha": 0.2})
    assert wild == -np.inf or np.isfinite(wild)
    lean = np.array([[np.inf], [1.0]])
    ones = np.ones((2, 1))
    assert best_slope(lean, ones, ones, 0.05, 20)[1][0] == -np.inf
    assert log_likelihood(np.array([[np.nan]]), ones[:1], ones[:1], 1.0)[0] == -np.inf


def test_a_coin_is_never_less_likely_than_an_even_one():
    for player in players.PLAYERS.values():
        record = player.play(100, records=20, seed=3)
        even = record.free.sum(axis=0) * np.log(0.5)
        assert (fit.coin_likelihood(record) >= even - 1e-12).all()


def test_a_record_must_settle_every_draw():
    with pytest.raises(ModelError, match="hangs on the draw 'transition'"):
        along(players.two_traces, ("blown", "first"))
    with pytest.raises(ModelError, match="computes no 'nothing'"):
        along(players.two_traces, (*players.OBSERVED, "nothing"))


def test_many_records_are_fitted_in_v8_as_in_numpy():
    for name in ("A_slow_imbalanced", "B_opponent"):
        record = players.PLAYERS[name].play(200, 4, seed=12)
        ours, theirs = fit.compare(record), compared_in_v8(record)
        np.testing.assert_allclose(theirs.likelihood, ours.likelihood, atol=1e-8)
        np.testing.assert_allclose(theirs.bic, ours.bic, atol=1e-7)
        found, same = fit.recover(ours.traces, 0.9, 0.1), recovered_in_v8(record, 0.9, 0.1)
        np.testing.assert_allclose(same.estimates, found.estimates, atol=1e-12)
        assert same.covered.tolist() == found.covered.tolist()
        assert same.flagged.tolist() == found.flagged.tolist()
        np.testing.assert_allclose(same.region, found.region, atol=1e-3)


BY_CHANCE = 0.01
"""How often a table would be refused if nothing but chance set the two sides apart."""


def allowed(error, count):
    """How far a number may lie from the reference: its standard error, times the normal quantile at
    which one of `count` numbers goes beyond with a chance of `BY_CHANCE` (Bonferroni)."""
    return NormalDist().inv_cdf(1 - BY_CHANCE / 2 / count) * error


def share_error(ours, records, theirs, reference_records):
    """Standard error of the difference of two shares. Both are pooled, with two records for and two
    against, so that 0 and 1 have an error, too (Agresti & Caffo 2000)."""
    total = records + reference_records
    pooled = (ours * records + theirs * reference_records + 2) / (total + 4)
    return np.sqrt(pooled * (1 - pooled) * (1 / records + 1 / reference_records))


def check_shares(ours, records, theirs, reference_records, count):
    """Shares of our records against those of the reference's, each of them within chance."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    errors = share_error(ours, records, theirs, reference_records)
    beyond = abs(ours - theirs) > allowed(errors, count)
    assert not beyond.any(), (ours, theirs, allowed(errors, count))


def in_pieces(record, size=100):
    """A record of many players as several of a few."""
    for start in range(0, record.place.shape[1], size):
        yield players.Record(*(each[:, start : start + size] for each in record.columns()))


RECOVERY = reference("new_fit_recovery")


def recovery_row(alpha, truth, nuisance, trials=200):
    return next(
        row
        for row in RECOVERY
        if (row["alpha"], row["nu_plus_true"], row["nu_minus_true"]) == (alpha, *truth)
        and row["nuisance"] == nuisance
        and row["trials"] == trials
    )


def check_recovery(row, records, grid, **tolerance):
    """One row of the recovery table, with records of our own."""
    allowed = {"mean": 0.06, "sd": 0.05, "coverage": 0.04, "share": 0.08} | tolerance
    truth = row["nu_plus_true"], row["nu_minus_true"]
    settings = dict(zip(("nu_plus", "nu_minus"), truth, strict=True))
    settings |= {"alpha": row["alpha"], "beta": row["beta"]}
    played = players.play(
        players.two_traces, int(row["trials"]), records, seed=11, wind=row["wind"], **settings
    )
    nuisance = {} if row["nuisance"] == "profiled" else {k: row[k] for k in ("alpha", "beta")}
    found = recovered_in_v8(played, *truth, grid, **nuisance)
    expected = [row["nu_plus_mean"], row["nu_minus_mean"]]
    np.testing.assert_allclose(found.estimates.mean(axis=1), expected, atol=allowed["mean"])
    spreads = [row["nu_plus_sd"], row["nu_minus_sd"]]
    np.testing.assert_allclose(found.estimates.std(axis=1), spreads, atol=allowed["sd"])
    assert found.covered.mean() == pytest.approx(row["coverage_95"], abs=allowed["coverage"])
    flagged = row["share_unequal_by_LR_and_plus_above"]
    assert found.flagged.mean() == pytest.approx(flagged, abs=allowed["share"])
    above = (found.estimates[0] > found.estimates[1]).mean()
    assert above == pytest.approx(row["share_plus_above_minus"], abs=allowed["share"])
    share = row["median_share_of_map_in_region"]
    assert np.median(found.region) == pytest.approx(share, abs=allowed["share"])


@pytest.mark.parametrize(
    ("alpha", "truth"), [(0.05, (0.9, 0.1)), (0.05, (0.5, 0.5)), (0.1, (0.9, 0.1))]
)
def test_recovery_with_the_nuisance_known(alpha, truth):
    check_recovery(recovery_row(alpha, truth, "known"), 200, fit.COARSE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "row", RECOVERY, ids=lambda row: "{nuisance} {alpha} {trials}".format(**row)
)
def test_the_whole_recovery_table(row):
    grid = fit.COARSE if row["nuisance"] == "profiled" else fit.FINE
    # With 300 records chance alone would set one of the 30 coverages further apart than the 0.04
    # that are allowed in a third of all tables; with 600 in a tenth.
    check_recovery(row, 600, grid)


@pytest.mark.parametrize("name", table_figures.IN_CLOUDS)
@pytest.mark.parametrize("known", ["known", "best"])
def test_the_cloud_is_what_fits_give_and_lies_as_the_table_says(name, known):
    """Its first three records fitted anew; mean and spread within what the table allows."""
    stored = table_figures.tables()["clouds"]
    sides = [np.array(stored[f"{name} {known} {side}"]) / 100 for side in ("plus", "minus")]
    truth = players.PLAYERS[name].truth
    pair = truth["nu_plus"], truth["nu_minus"]
    row = recovery_row(truth["alpha"], pair, "known" if known == "known" else "profiled")
    means, spreads = zip(*((side.mean(), side.std()) for side in sides), strict=True)
    np.testing.assert_allclose(means, [row["nu_plus_mean"], row["nu_minus_mean"]], atol=0.06)
    np.testing.assert_allclose(spreads, [row["nu_plus_sd"], row["nu_minus_sd"]], atol=0.05)
    record = players.PLAYERS[name].play(200, table_figures.CLOUD, seed=1)
    three = players.Record(
        *(getattr(record, each)[:, :3] for each in ("place", "blown", "first", "following"))
    )
    nuisance = {each: truth[each] for each in ("alpha", "beta")} if known == "known" else {}
    grid = fit.FINE if known == "known" else fit.COARSE
    found = fit.likelihood_map(three, grid=grid, **nuisance)
    for side, own in zip(sides, "xy", strict=True):
        np.testing.assert_allclose(found.at_best(own), side[:3], atol=1e-9)


def winners(record, criterion="bic"):
    """The share of records in which A, B and the coin win."""
    scores = getattr(compared_in_v8(record), criterion)
    return np.bincount(scores.argmin(axis=0), minlength=3) / scores.shape[1]


def confusion_row(name, records=1000):
    return next(
        row
        for row in reference("new_fit_confusion")
        if (row["player"], row["records"], row["trials"]) == (name, records, 200)
    )


def winners_of_both(name, records):
    """The shares of A, B and the coin by BIC and by AIC, and the reference's."""
    row = confusion_row(name)
    record = players.PLAYERS[name].play(200, records, seed=12)
    scores = [compared_in_v8(each) for each in in_pieces(record)]
    for criterion in ("BIC", "AIC"):
        best = np.concatenate([getattr(each, criterion.lower()).argmin(axis=0) for each in scores])
        ours = np.bincount(best, minlength=3) / records
        yield criterion, ours, [row[f"{criterion}_{model}"] for model in "ABR"]


def test_the_learner_at_the_centre_is_mostly_called_a_coin():
    for criterion, ours, expected in winners_of_both("A_slow_imbalanced", 200):
        np.testing.assert_allclose(ours, expected, atol=0.10, err_msg=criterion)


@pytest.mark.slow
@pytest.mark.parametrize("name", players.PLAYERS)
def test_the_whole_confusion_table(name):
    for criterion, ours, expected in winners_of_both(name, 400):
        np.testing.assert_allclose(ours, expected, atol=0.10, err_msg=criterion)


@pytest.mark.slow
def test_a_forgetful_slow_learner_is_called_a_coin():
    record = players.PLAYERS["A_slow_imbalanced"].play(200, 200, seed=15, forgetting=0.01)
    # Of five models the reference's coin won in 92.5 %; A, the only other of these three, in 4 %,
    # and two that forget in 3.5 %, where one of these three wins now.
    coin = winners(record)[2]
    low, high = 0.925, 0.925 + 0.035
    assert low - allowed(share_error(coin, 200, low, 200), 1) <= coin
    assert coin <= high + allowed(share_error(coin, 200, high, 200), 1)


NEEDED = reference("new_fit_trials_needed")
# At every length a seed plays the same records, shorter or longer: rows of a player lie high or low
# together. Of B at 200 trials seeds 12, 13, 101 and 102 have 0.713, 0.690, 0.665 and 0.670 called B
# (300, 200, 400, 400 records; all: 0.68), the reference 0.658 (1,000): 1.2 standard errors apart.


@pytest.mark.slow
@pytest.mark.parametrize("row", NEEDED, ids=lambda row: "{player} {trials:.0f}".format(**row))
def test_how_many_trials_are_needed(row):
    record = players.PLAYERS[row["player"]].play(int(row["trials"]), 200, seed=13)
    expected = [row[f"BIC_{model}"] for model in "ABR"]
    check_shares(winners(record), 200, expected, row["records"], 3 * len(NEEDED))


def wrongly_fitted(row, records, grid):
    """Records of a quick player, fitted as if it were slow."""
    truth = row["nu_plus_true"], row["nu_minus_true"]
    settings = dict(zip(("nu_plus", "nu_minus"), truth, strict=True))
    settings |= {"alpha": row["alpha_true"], "beta": row["beta_true"]}
    played = players.play(players.two_traces, 200, records, seed=14, **settings)
    assumed = row["alpha_assumed"], row["beta_assumed"]
    return recovered_in_v8(played, *truth, grid, *assumed)


WRONG = reference("new_fit_wrong_nuisance")


@pytest.mark.parametrize("row", WRONG[:2], ids=["imbalanced", "balanced"])
def test_a_wrong_learning_rate_makes_the_map_confident_and_wrong(row):
    found = wrongly_fitted(row, 200, fit.COARSE)
    assert found.covered.mean() == pytest.approx(row["coverage_95"], abs=0.08)


@pytest.mark.slow
@pytest.mark.parametrize("row", WRONG, ids=lambda row: str(row["nu_plus_true"]))
def test_the_whole_table_of_wrong_learning_rates(row):
    found = wrongly_fitted(row, 300, fit.FINE)
    assert found.covered.mean() == pytest.approx(row["coverage_95"], abs=0.08)
    expected = [row["nu_plus_mean"], row["nu_minus_mean"]]
    np.testing.assert_allclose(found.estimates.mean(axis=1), expected, atol=0.06)
