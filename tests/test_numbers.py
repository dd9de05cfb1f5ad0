"""One rule for numbers in words, in Python and in the browser: one table of cases, both in V8."""

import json
import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
from javascript import engine

from looplab.errors import ModelError
from looplab.figure.figure import LivingFigure
from looplab.figure.numbers import number, with_minus
from looplab.figure.words import sentence
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import stack
from looplab.rounding import nearest, whole_part

STYLES = ["", "d", "+d", "f", "%"]
STYLES += [f"{sign}.{places}{kind}" for sign in ("", "+") for places in range(7) for kind in "f%"]

# By hand: half to even, on the number as people read it (12 digits); no sign on a zero.
BY_HAND = [
    (0.0625, ".1%", "6.2%"),
    (0.0625 - 1e-16, ".1%", "6.2%"),
    (0.0635, ".1%", "6.4%"),
    (0.25, ".1f", "0.2"),
    (0.35, ".1f", "0.4"),
    (1.005, ".2f", "1.00"),
    (2.675, ".2f", "2.68"),
    (22.5, "d", "22"),
    (23.5, "d", "24"),
    (-22.5, "d", "−22"),
    (0.1 + 0.2, ".1f", "0.3"),
    (-0.04, ".1f", "0.0"),
    (-0.04, "+.1f", "+0.0"),
    (1.5, "+.1f", "+1.5"),
    (999_999_999_999_000.0, "d", "999999999999000"),
    (1e15, "d", "1 × 10¹⁵"),
    (-1e308, ".1f", "−1 × 10³⁰⁸"),
    (1.7976931348623157e308, "+.2f", "+1.8 × 10³⁰⁸"),
    (1.235e20, "", "1.24 × 10²⁰"),
    (9.996e20, "", "1 × 10²¹"),
    (1e13, ".1%", "1 × 10¹⁵%"),
    (1 / 3, "", "0.33333"),
    (1234567.0, "", "1234567"),
    (30.0, "", "30"),
    (9.99999, "", "10"),
    (0.000012345678, "", "0.000012346"),
    (0.0, "", "0"),
    (0.5, "%", "50.000000%"),
    (math.inf, ".1f", "∞"),
    (-math.inf, ".1f", "−∞"),
    (math.nan, ".1f", "–"),
]


def values():
    """5,000 numbers: ties of every decimal, ties with a last bit more or less, and any others."""
    rng = np.random.default_rng(1)
    ties = (rng.integers(-2000, 2000, 2000) + 0.5) / 10.0 ** rng.integers(0, 8, 2000)
    nearly = ties[:1000] * (1 + rng.choice([-1, 1], 1000) * 2.0**-52)
    ratios = rng.integers(-50, 50, 800) / rng.integers(1, 49, 800)
    any_size = rng.standard_normal(1100) * 10.0 ** rng.integers(-12, 15, 1100)
    edges = [0.0, -0.0, 5e-324, 1.7976931348623157e308, 2.0**-40, 1e21, 1e-7, math.pi * 1e11]
    halves = (rng.integers(-60, 60, 92) + 0.5).tolist()
    return [*ties, *nearly, *ratios, *any_size, *edges, *halves]


@pytest.mark.parametrize(("value", "style", "text"), BY_HAND)
def test_numbers_round_half_to_even_as_people_read_them(value, style, text):
    assert number(value, style) == text


def test_python_and_the_browser_write_every_number_alike_in_every_format():
    table = [float(value) for value in values()]
    assert len(table) == 5000
    racer = engine()
    racer.eval(f"const written = {json.dumps(table)};")
    for style in STYLES:
        browser = json.loads(
            racer.eval(f"JSON.stringify(written.map((value) => format(value, {style!r})))")
        )
        ours = [number(value, style) for value in table]
        assert [pair for pair in zip(table, ours, browser, strict=True) if pair[1] != pair[2]] == []
    for value, style, text in BY_HAND:
        name = {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, repr(value))
        name = "NaN" if math.isnan(value) else name
        assert racer.eval(f"format({name}, {style!r})") == text


def test_numbers_whose_last_bits_differ_are_written_alike():
    """What NumPy and the browser compute agrees to some 1e-15, and that is all."""
    for value in values()[:3000]:
        for style in ("d", ".1f", ".3f", ".1%"):
            assert number(value * (1 + 4e-16), style) == number(value, style), (value, style)


def test_whole_numbers_are_chosen_alike():
    table = [float(value) for value in values() if abs(value) < 1e9]
    browser = json.loads(
        engine().eval(f"JSON.stringify({json.dumps(table)}.map((v) => [nearest(v), wholePart(v)]))")
    )
    assert [[nearest(value), whole_part(value)] for value in table] == browser
    assert [nearest(value) for value in (0.5, 1.5, 2.5, -0.5, 2.5 - 1e-15)] == [0, 2, 2, 0, 2]
    assert whole_part(3 - 4e-16) == 3 and whole_part(2.9) == 2


def test_sentences_are_filled_alike():
    template = "{x}, {x:.0%} and {y:d}: {which}"
    words = {"which": ["z", ["none", "one of {x:.1f}"]]}
    given = {"x": 0.25, "y": -0.5, "z": 1 - 1e-15}
    said = sentence(template, given, words)
    assert said == "0.25, 25% and 0: one of 0.2"
    arguments = ", ".join(
        [json.dumps(template), f"new Map(Object.entries({json.dumps(given)}))", json.dumps(words)]
    )
    assert engine().eval(f"sentence({arguments})") == said


SLOPE = Parameter("slope", "a", "slope", 1.0, 0.5, 2.0, 0.5, "made for this test", "assumed")


@formula(parameters=[SLOPE], inputs=[Input("x", "x", "x")])
def two_at_once(m):
    m.both = stack([m.x, m.slope * m.x])
    m.sum = m.both[0] + m.both[1]


def figure_with(use):
    figure, axes = plt.subplots()
    live = LivingFigure("small", "Small", figure, [SLOPE], constants={"x": 3, "many": [1, 2]})
    use(live)
    return live


def test_a_read_out_and_a_description_without_a_format_say_the_number():
    def use(live):
        live.read_out("slope", "slope")
        live.describe("It is {slope}.")

    live = figure_with(use)
    assert live.description(slope=1.5) == "It is 1.5."
    (shown,) = live.spec()["numbers"]
    assert engine().eval(f"format(1.5, {shown['style']!r})") == "1.5"


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda live: live.read_out("slope", "how steep", ".2g"), "'how steep': '.2g' is not a nu"),
        (lambda live: live.describe("It is {slope:>5}."), "'>5' is not a number format: write .2f"),
        (lambda live: live.describe("It is {slope!r}."), "a brace that holds no quantity"),
        (lambda live: live.describe("It is {speed:d}."), "names 'speed', which nothing computes"),
        (lambda live: live.describe("{how}", how=("slope", ["{a:d}"])), "names 'a', which nothing"),
        (lambda live: live.describe("{how}", how=("slope", [])), "'slope' has no words"),
        (lambda live: live.table({"speed": "speed"}), "the table shows 'speed', which nothing"),
        (lambda live: live.write(None, "{slope:x}"), "text: 'x' is not a number format"),
        (lambda live: live.compute(two_at_once), "names .both., a vector of 2"),
    ],
)
def test_what_words_cannot_say_is_refused_where_it_is_declared(use, message):
    with pytest.raises(ModelError, match=message):
        figure_with(use)


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda live: live.read_out("speed", "speed"), "a read-out shows 'speed', which nothing"),
        (lambda live: live.read_out("many", "many"), "'many', a list of 2 numbers"),
        (lambda live: live.describe("{many:d}"), "'many', a list of 2 numbers"),
    ],
)
def test_what_words_cannot_say_of_the_figure_as_a_whole_is_refused(use, message):
    with pytest.raises(ModelError, match=message):
        figure_with(use).spec()


def test_a_text_gets_true_minus_signs_and_keeps_its_hyphens():
    text = (
        '-70 mV, from -1.1 to -1.2; 2-3 days, 2020-05-01, PMC-8, <a href="x/-5?y=-1">CD-1</a> (-4)'
    )
    assert with_minus(text) == (
        '−70 mV, from −1.1 to −1.2; 2-3 days, 2020-05-01, PMC-8, <a href="x/-5?y=-1">CD-1</a> (−4)'
    )
