"""Declaring, running, tracing and translating a model."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser

from looplab.errors import ModelError
from looplab.model.declare import Draw, Input, Parameter, State, continuous, discrete, formula
from looplab.model.latex import equations
from looplab.model.maths import (
    absolute,
    cos,
    equal,
    exp,
    floor,
    log,
    maximum,
    minimum,
    sin,
    spelled,
    sqrt,
    stack,
    tanh,
    where,
)
from looplab.model.program import program


def number(name, default=1.0, low=-100.0, high=100.0):
    return Parameter(name, name, name, default, low, high, 0.1, "made for this test", "assumed")


@continuous(
    parameters=[number("sigma", 10.0), number("rho", 28.0), number("b", 8 / 3)],
    states=[State("x", "x", "x", 1.0), State("y", "y", "y", 1.0), State("z", "z", "z", 1.0)],
)
def lorenz(m):
    """Lorenz 1963: chaotic, so that a difference in the last bit shows."""
    return {
        "x": m.sigma * (m.y - m.x),
        "y": m.x * (m.rho - m.z) - m.y,
        "z": m.x * m.y - m.b * m.z,
    }


@continuous(parameters=[number("k", 0.7)], states=[State("a", "a", "amount", 2.0)])
def decay(m):
    return {"a": -m.k * m.a}


@discrete(
    parameters=[number("p", 0.3, 0.0, 1.0)],
    states=[State("n", "n", "count"), State("v", "v", "pair", 1.0, ("left", "right"))],
    draws=[Draw("u", "u", "draw")],
)
def walk(m):
    m.up = where(m.u < m.p, 1, -1)
    return {"n": m.n + m.up, "v": stack([m.v[0] + m.up, m.v[1] * 0.5])}


@formula(parameters=[number("a", 2.0)], inputs=[Input("x", "x", "any number")])
def everything(m):
    """Every function a model may use."""
    m.first = exp(-absolute(m.x)) + log(1 + m.x * m.x) + sqrt(absolute(m.a))
    m.second = tanh(m.x) + sin(m.x) * cos(m.a) + floor(m.x) + m.x**2 + m.x**3
    m.third = where(equal(floor(m.x), 1), minimum(m.x, m.a), maximum(m.x, m.a)) / 3


def test_a_linear_decay_matches_its_closed_form_and_the_reference_solver():
    run = decay.run(duration=5.0, step=0.01, every=10, k=np.array([0.2, 0.7, 1.5]))
    exact = 2 * np.exp(-np.outer(run.time, [0.2, 0.7, 1.5]))
    np.testing.assert_allclose(run["a"], exact, atol=1e-9)
    reference = decay.reference(run.time, k=0.7)
    np.testing.assert_allclose(reference["a"], exact[:, 1], atol=1e-9)


def test_fixed_steps_and_reference_agree_on_lorenz_before_chaos_sets_in():
    run = lorenz.run(duration=5.0, step=0.001, every=100)
    reference = lorenz.reference(run.time)
    for name in "xyz":
        np.testing.assert_allclose(run[name], reference[name], atol=1e-6)


def test_the_browser_integrates_lorenz_as_numpy_does_where_a_nudge_of_1e_13_diverges():
    run = lorenz.run(duration=60.0, step=0.01)
    browser = in_browser(lorenz, ("x", "z"), steps=6000, dt=0.01)
    nudged = lorenz.run(duration=60.0, step=0.01, rho=28.0 + 1e-13)
    assert np.abs(nudged["x"] - run["x"]).max() > 1
    early = run.time < 15
    np.testing.assert_allclose(browser["x", None][early], run["x"][early], atol=1e-6)
    np.testing.assert_allclose(browser["z", None][early], run["z"][early], atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(x=st.floats(-20, 20), a=st.floats(-20, 20))
def test_every_allowed_function_gives_the_same_in_numpy_and_browser(x, a):
    numpy = everything.evaluate(x=x, a=a)
    for name, value in in_browser(everything, x=x, a=a).items():
        assert value == pytest.approx(float(numpy[name]), rel=1e-12, abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(p=st.floats(0, 1), seed=st.integers(0, 2**31))
def test_a_random_walk_takes_the_same_steps_in_numpy_and_browser(p, seed):
    run = walk.run(40, learners=3, every=5, seed=seed, p=p)
    browser = in_browser(walk, ("n", "v"), 40, every=5, learners=3, seed=seed, p=p)
    np.testing.assert_allclose(browser["n", None], run["n"], atol=1e-12)
    for component in (0, 1):
        ours = browser["v", component]
        np.testing.assert_allclose(ours, run["v"][:, component], atol=1e-12)


@given(learners=st.integers(1, 5), steps=st.integers(1, 20))
def test_parameter_sets_side_by_side_equal_runs_one_by_one(learners, steps):
    sets = np.array([0.1, 0.6, 0.9])
    together = walk.run(steps, learners, p=sets[:, None], seed=3)
    for i, p in enumerate(sets):
        alone = walk.run(steps, learners, p=p, seed=3)
        np.testing.assert_array_equal(together["n"][:, i], alone["n"])
        np.testing.assert_array_equal(together["v"][:, :, i], alone["v"])


def test_learners_run_in_parts_live_the_lives_of_the_whole_class():
    whole = walk.run(300, learners=7, seed=3, record=["n"])["n"]
    parts = [
        walk.run(300, learners=count, seed=3, record=["n"], first_learner=first)["n"]
        for first, count in ((0, 3), (3, 4))
    ]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole)


def test_a_vector_of_parameters_keeps_its_components_apart_from_the_learners():
    @discrete(
        parameters=[number("a", 1.0), number("b", 2.0)],
        states=[State("v", "v", "pair", labels=("first", "second"))],
    )
    def steady(m):
        return {"v": m.v + stack([m.a, m.b])}

    run = steady.run(3, learners=2)
    np.testing.assert_array_equal(run.final["v"], [[3, 3], [6, 6]])
    sets = steady.run(3, learners=2, a=np.array([[1.0], [5.0], [7.0]]))
    np.testing.assert_array_equal(sets.final["v"][:, :, 0], [[3, 15, 21], [6, 6, 6]])


def test_the_equations_keep_their_names_and_share_one_line_for_a_vector_rule():
    @discrete(parameters=[number("k")], states=[State("v", "v", "pair", 1.0, ("left", "right"))])
    def fading(m):
        m.faded = m.k * m.v
        return {"v": m.faded + 1}

    latex = equations(fading).latex
    assert "faded_{k} &= k\\,v_{k}" in latex.replace(r"\text{faded}", "faded")
    assert latex.count("\\leftarrow") == 1
    assert "v_{\\text{left}}" in equations(walk, "v").latex
    with pytest.raises(ModelError, match="no equation for 'w'.*up, n, v"):
        equations(walk, "w")


def wrong(function, **records):
    return discrete(
        parameters=[number("k", 1.0, 0.0, 2.0)], states=[State("s", "s", "state")], **records
    )(function)


def test_an_undeclared_name_is_named_with_the_closest_known_one():
    def spelled(m):
        return {"s": m.kk * m.s}

    with pytest.raises(ModelError, match="spelled reads 'kk'.*Did you mean 'k'.*k, s"):
        wrong(spelled).run(1)


def test_a_clashing_name_is_refused_when_declared_and_when_computed():
    def clash(m):
        m.k = 1
        return {"s": m.s}

    with pytest.raises(ModelError, match="clash names 'k' twice"):
        wrong(clash).run(1)
    with pytest.raises(ModelError, match="declares 's' more than once"):
        wrong(clash, draws=[Draw("s", "s", "draw")])


def test_a_parameter_outside_its_range_is_named_with_value_and_range():
    def still(m):
        return {"s": m.s}

    with pytest.raises(ModelError, match=r"k \(k\) = 7 is outside .* from 0 to 2"):
        wrong(still).run(1, k=np.array([1.0, 7.0]))
    with pytest.raises(ModelError, match="no parameter 'q'. It has: k"):
        wrong(still).run(1, q=1)
    with pytest.raises(ModelError, match="nan"):
        wrong(still).run(1, k=float("nan"))


def test_a_result_that_is_not_finite_is_named_with_where_and_with_what():
    def runaway(m):
        return {"s": (m.s + 1) * 1e200}

    with pytest.raises(ModelError, match="runaway: 's' .* between steps 0 and 10 .*k=1"):
        wrong(runaway).run(10)

    @formula(inputs=[Input("x", "x", "x")])
    def reciprocal(m):
        m.y = 1 / m.x

    with pytest.raises(ModelError, match="reciprocal: 'y'"):
        reciprocal.evaluate(x=[1.0, 0.0])


def test_a_function_the_browser_lacks_fails_while_building_and_is_named():
    def numpys(m):
        return {"s": np.exp(m.s)}

    with pytest.raises(ModelError, match="numpys cannot be read as equations.*looplab.model.maths"):
        program(wrong(numpys))

    def special(m):
        import sympy

        return {"s": sympy.erf(m.s)}

    with pytest.raises(ModelError, match="special uses erf, which the browser lacks"):
        program(wrong(special))

    def scipys(m):
        return {"s": scipy.special.erf(m.s)}

    with pytest.raises(ModelError, match="scipys cannot be read"):
        program(wrong(scipys))


def test_choosing_with_if_or_double_equals_is_refused_with_the_remedy():
    def branching(m):
        return {"s": m.s if m.s > 0 else m.k}

    def comparing(m):
        return {"s": where(m.s == 1, m.s, m.k)}

    def unnamed(m):
        m.high = m.s > 1
        return {"s": m.s}

    with pytest.raises(ModelError, match=r"where\(condition, a, b\) instead of if"):
        program(wrong(branching))
    with pytest.raises(ModelError, match=r"use equal\(a, b\)"):
        program(wrong(comparing))
    for read in (program, lambda model: model.run(1)):
        with pytest.raises(ModelError, match="'high' is a comparison"):
            read(wrong(unnamed))


def test_forgetting_or_inventing_a_state_is_refused():
    with pytest.raises(ModelError, match="forgets does not return 's'"):
        _named("forgets", lambda m: {}).run(1)
    with pytest.raises(ModelError, match="invents returns undeclared 'q'"):
        _named("invents", lambda m: {"s": m.s, "q": 1}).run(1)


def _named(name, function):
    function.__name__ = name
    return wrong(function)


def test_a_parameter_record_needs_a_known_status_and_a_source():
    with pytest.raises(ModelError, match="status 'guess' is not one of measured"):
        Parameter("k", "k", "k", 1, 0, 2, 1, "somewhere", "guess")
    with pytest.raises(ModelError, match="k has no source"):
        Parameter("k", "k", "k", 1, 0, 2, 1, "", "assumed")


def test_names_that_are_reserved_in_javascript_are_safe():
    @formula(inputs=[Input(name, name, name) for name in ("y", "p", "d", "var", "new", "out", "x")])
    def reserved(m):
        m.function = m.y + m.p * m.d - m.var / m.new + m.out * m.x
        m.let = m.function * 2

    given = {"y": 1, "p": 2, "d": 3, "var": 4, "new": 5, "out": 6, "x": 7}
    assert in_browser(reserved, **given)["let"] == pytest.approx(2 * (1 + 6 - 0.8 + 42))


@spelled(r"\Theta")
def twice_or_nothing(x):
    """What equations show by its name."""
    return where(x > 0, 2 * x, 0)


@formula(inputs=[Input("x", "x", "a number")], symbols={"y": "y"})
def spelled_out(m):
    m.y = 1 / 3 - twice_or_nothing(m.x - 1)


def test_a_named_function_is_a_name_in_equations_and_itself_everywhere_else():
    assert str(equations(spelled_out)) == (
        "\\begin{aligned}\ny &= 0.333333 - \\Theta\\left(x - 1\\right)\n\\end{aligned}"
    )
    for x in (-1.0, 0.0, 3.5):
        expected = 1 / 3 - max(0, 2 * (x - 1))
        assert spelled_out.evaluate(x=x)["y"] == pytest.approx(expected, abs=1e-15)
        assert in_browser(spelled_out, x=x)["y"] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("symbol", ["q_K-q_C", "a + b", "1-0.05^{1/n}"])
def test_a_symbol_that_a_product_would_tear_apart_is_refused(symbol):
    with pytest.raises(ModelError, match=r"symbol of 'y', .* is a sum"):
        formula(inputs=[Input("x", "x", "a number")], symbols={"y": symbol})(spelled_out.function)


@pytest.mark.parametrize(
    "symbol", [r"\nu^+", "e^{-x}", "(q_K-q_C)", r"\varphi(-z - \lambda)", "w_-"]
)
def test_signs_in_brackets_and_marks_are_no_sums(symbol):
    formula(inputs=[Input("x", "x", "a number")], symbols={"y": symbol})(spelled_out.function)
