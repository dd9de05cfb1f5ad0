"""Equations as text: read by a grammar of their own, run as NumPy runs them, and safe from anything
else that somebody may type."""

import json
import random
import time

import numpy as np
import pytest
from course_pages import MAKERS, course_figure
from javascript import engine

NAMES = ["a", "b", "c", "d"]
NUMBERS = [0, 1, 2, 0.5, -1, 3.25, 1e-3, 7]
TWO = ["+", "-", "*", "/", "minimum", "maximum"]
ONE = ["neg", "absolute", "floor"]
TRANSCENDENTAL = ["exp", "log", "tanh", "sin", "cos"]
PARSE = """(text, sizes, later, size) => {
  try {
    const tree = parse(text, { sizes: new Map(Object.entries(sizes)), later, size });
    return JSON.stringify({ tree });
  } catch (error) {
    if (!(error instanceof EquationError)) return JSON.stringify({ crash: String(error) });
    return JSON.stringify({ error: error.message, place: error.place });
  }
}"""


def parsed(text, sizes=None, later=(), size=0):
    sizes = dict.fromkeys(NAMES, 0) if sizes is None else sizes
    arguments = ", ".join(json.dumps(each) for each in (text, sizes, list(later), size))
    return json.loads(engine().eval(f"({PARSE})({arguments})"))


def condition(rng, depth):
    if depth and rng.random() < 0.3:
        word = rng.choice(["and", "or", "not"])
        parts = [condition(rng, depth - 1) for _ in range(1 if word == "not" else 2)]
        return [word, *parts]
    sign = rng.choice(["<", "<=", ">", ">=", "==", "!="])
    return [sign, expression(rng, depth - 1), expression(rng, depth - 1)]


def expression(rng, depth):
    if depth <= 0 or rng.random() < 0.1:
        return rng.choice(NAMES if rng.random() < 0.7 else NUMBERS)
    kind = rng.random()
    if kind < 0.5:
        return [rng.choice(TWO), expression(rng, depth - 1), expression(rng, depth - 1)]
    if kind < 0.62:
        inner = expression(rng, depth - 1)
        # A minus before a plain number is part of that number.
        return -inner if isinstance(inner, int | float) else ["neg", inner]
    if kind < 0.7:
        return [rng.choice(ONE[1:]), expression(rng, depth - 1)]
    if kind < 0.8:
        return ["pow", expression(rng, depth - 1), 2]
    if kind < 0.9:
        return [rng.choice(TRANSCENDENTAL), expression(rng, depth - 1)]
    return ["where", condition(rng, depth - 1), *(expression(rng, depth - 1) for _ in "ab")]


def in_numpy(tree, values, nudge=lambda: 0):
    """The value of a tree; `nudge()` moves the result of exp and its like by so much of itself."""
    if isinstance(tree, str):
        return values[tree]
    if not isinstance(tree, list):
        return np.float64(tree)
    operation, *parts = tree
    found = [in_numpy(part, values, nudge) for part in parts]
    if operation in TRANSCENDENTAL:
        return getattr(np, operation)(found[0]) * (1 + nudge())
    functions = {
        "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "neg": np.negative,
        "minimum": np.minimum, "maximum": np.maximum, "absolute": np.abs, "floor": np.floor,
        "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
        "==": np.equal, "!=": np.not_equal, "and": np.logical_and, "or": np.logical_or,
        "not": np.logical_not, "where": np.where, "pow": lambda x, _: np.square(x),
    }  # fmt: skip
    return functions[operation](*found)


def test_10_000_random_expressions_survive_as_text_and_give_what_numpy_gives():
    """As WebAssembly and, with the same bits, as closures."""
    rng = random.Random(13)
    places = np.array([[rng.uniform(-3, 3) for _ in range(5)] for _ in NAMES])
    values = dict(zip(NAMES, places, strict=True))
    trees, wanted = [], []
    nudges = [lambda: 0, *[lambda: rng.choice([-1e-15, 1e-15])] * 6]
    with np.errstate(all="ignore"):
        while len(trees) < 10_000:
            tree = expression(rng, 4)
            near = [np.broadcast_to(in_numpy(tree, values, n), 5) for n in nudges]
            if np.isfinite(near).all():
                trees.append(tree)
                wanted.append(near)
    script = """(trees, places) => {
      const sizes = new Map([["a", 0], ["b", 0], ["c", 0], ["d", 0]]);
      return JSON.stringify(trees.map((tree) => {
        const text = textOf(tree);
        const again = parse(text, { sizes });
        const same = JSON.stringify(again) === JSON.stringify(tree);
        const named = [["y", 0, [again]]];
        const program = { kind: "formula", given: ["a", "b", "c", "d"], draws: [], states: [],
          named, following: [] };
        const run = (compiles) => {
          engine.compiles = compiles;
          const runner = new Runner(program, ["y"]);
          const [found] = runner.evaluate(places.map((each) => Float64Array.from(each)));
          const values = Array.from(found);
          runner.free();
          return values;
        };
        const [closed, values] = [run(false), run(true)];
        const bits = values.every((value, i) => Object.is(value, closed[i]));
        return [same && bits, text, values];
      }));
    }"""
    call = f"({script})({json.dumps(trees)}, {json.dumps(places.tolist())})"
    exact = 0
    for (same, text, found), near in zip(json.loads(engine().eval(call)), wanted, strict=True):
        assert same, text
        if not any(f"{name}(" in text for name in TRANSCENDENTAL):
            assert found == near[0].tolist(), text  # to the last bit
            exact += 1
            continue
        spread = np.abs(np.subtract(near[1:], near[0])).max(axis=0) + np.spacing(np.abs(near[0]))
        assert (np.abs(np.array(found) - near[0]) <= 4 * spread).all(), (text, found, near[0])
    assert exact > 3000


def hostile(rng):
    """Strings that nobody should be able to do harm with."""
    yield from (
        "while (true) {}", "for (;;) {}", "(() => { for (;;); })()", "a = 1", "a := b", "__proto__",
        "a.__proto__.x = 1", "constructor", "a.constructor", "constructor(a)", "m.constructor",
        "toString()", "valueOf(a)", "hasOwnProperty(a)", "eval(a)", "Function(a)", "import(a)",
        "globalThis", "window.location", "`${a}`", "'a'", '"a"', "a; b", "a // b", "a /* b */",
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "\0", "a\0b",
        "\u202ea + b", "a\u200bb", "\ud83d\ude00", "ａ + ｂ", "٣ + a", "a ^ b", "a | b", "a && b",
        "!a", "~a", "a ? b : c", "a++", "--", "a b", "1 2", "1e999", "9" * 400, "0x10", "1_000",
        "a[0]", "a[-1]", "a['x']", "a[[0]]", "where(a)", "where(a, b)", "exp()", "exp(a, b)",
        "lambda: a", "a if b else c", "a < b < c", "a < b", "not a", "and", "a and b", "", "   ",
        "(", ")", "()", "(a", "a)", "((((", "a +", "* a", "a ** ", ",", ".", "a.b", "[a]", "{a}",
        "(" * 1_000_000, "-" * 1_500, "a+" * 900, "not " * 400, "exp(" * 400, "a" * 5_000,
    )  # fmt: skip
    letters = "ab01+-*/()[]<>=!.,;:'\"`${}\\\n\t\0\u202e_é∑"
    while True:
        yield "".join(rng.choice(letters) for _ in range(rng.randrange(1, 60)))


def test_1000_hostile_strings_give_an_error_at_once_and_change_nothing():
    rng = random.Random(7)
    engine().eval("var untouched = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))")
    refused, slowest = 0, 0.0
    strings = hostile(rng)
    while refused < 1000:
        text = next(strings)
        start = time.perf_counter()
        found = parsed(text)
        slowest = max(slowest, time.perf_counter() - start)
        assert "crash" not in found, (text[:80], found)
        if "error" in found:
            assert found["error"] and 0 <= found["place"] <= max(len(text), 2000)
            refused += 1
        else:
            assert set(_names(found["tree"])) <= set(NAMES), text
    unchanged = "untouched === JSON.stringify(Object.getOwnPropertyNames(Object.prototype))"
    assert engine().eval(unchanged)
    assert engine().eval("Object.keys(Map.prototype).length === 0 && ({}).x === undefined")
    print(f"slowest: {slowest * 1000:.1f} ms")


def _names(tree):
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        for part in tree[1:]:
            yield from _names(part)


@pytest.mark.parametrize(
    "text, message, place",
    [
        ("nu_mnus * 2", "`nu_mnus` is no name of this model. Nearest: `nu_minus`.", 0),
        ("delta + Nu_minus", "`Nu_minus` is no name of this model. Nearest: `nu_minus`.", 8),
        ("mininum(delta, 1)", "`mininum` is no function. Nearest: `minimum`.", 0),
        ("min(delta, 1)", "`min` is no function. Nearest: `minimum`.", 0),
        ("delta + credit", "`credit` is computed only after this line.", 8),
        ("w + 1", "`w` has 4 entries: write w[0] to w[3].", 0),
        ("w[4]", "An entry of `w` is a whole number from 0 to 3.", 2),
        ("delta[0]", "`delta` is a single number and has no entries.", 6),
        ("delta >= 0", "A comparison is no number: write where(comparison, a, b).", 0),
        ("where(delta, 1)", "`where` takes 3 things, not 2.", 0),
        ("0 < delta < 1", "Compare two things at a time: a < b and b < c.", 10),
        ("delta ; 1", "`;` is not understood. Allowed are names, numbers", 6),
        ("credit = delta", "`credit` is computed only after this line.", 0),
        ("delta = 1", "Write what stands on the right of `=` only.", 6),
        ("delta +", "Something is missing at the end.", 7),
        ("(delta", "Expected `)`, found the end.", 6),
        ("delta delta", "Did not expect `delta`.", 6),
    ],
)
def test_an_error_names_the_token_the_place_and_what_is_near(text, message, place):
    found = parsed(text, {"nu_minus": 0, "delta": 0, "w": 4}, ["credit"])
    assert found["error"].startswith(message) and found["place"] == place


def test_a_vectors_name_alone_is_its_entry_of_the_same_place():
    sizes = {"w": 4, "delta": 0}
    assert parsed("w + delta * w[2]", sizes, size=4) == {
        "tree": ["+", "w[k]", ["*", "delta", "w[2]"]]
    }
    assert parsed("m.w + m.delta", sizes, size=4) == {"tree": ["+", "w[k]", "delta"]}


@pytest.mark.parametrize("notebook", MAKERS)
def test_every_equation_of_the_course_can_be_written_and_read_back(notebook):
    script = """(program) => {
      const sizes = new Map([["t", 0]]);
      for (const name of [...program.given, ...program.draws]) sizes.set(name, 0);
      for (const [name, size] of [...program.states, ...program.named]) sizes.set(name, size);
      return JSON.stringify([...program.named, ...program.following].flatMap(
        ([, size, trees]) => trees.map((tree) => {
          const text = textOf(tree);
          const vector = trees.length < size || size === 1 ? size : 0;
          const again = parse(text, { sizes, size: vector });
          return [text, JSON.stringify(again) === JSON.stringify(tree)];
        })));
    }"""
    engine().eval("MOST.letters = 50000")
    seen = 0
    for figure_id in MAKERS[notebook]:
        for program in course_figure(notebook, figure_id).spec()["programs"]:
            for text, same in json.loads(engine().eval(f"({script})({json.dumps(program)})")):
                assert same, text
                seen += 1
    engine().eval("MOST.letters = 2000")
    assert seen > 20
