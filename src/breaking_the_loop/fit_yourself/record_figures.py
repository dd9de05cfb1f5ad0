"""The figures of notebook 05 that look at one record: its moves, its map, its three rivals."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.fit_yourself import fit, players
from breaking_the_loop.fit_yourself.game import FIRST, LEAST, MOST, RECORD
from breaking_the_loop.palette import COMPULSION, OBSESSION
from looplab.figure.artists import tiles
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.style import GOOD, GRID, INK, MUTED, PAPER, SHADE, course_style, line_look
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import equal, exp, log, maximum, minimum, where

OPTIONS = (
    "slow, imbalanced",
    "slow, balanced",
    "quick, imbalanced",
    "quick, balanced",
    "coin",
    "golden record",
    "my record",
)
PLAYER = Choice(
    "player",
    "who played",
    OPTIONS,
    help="My record: what you played above, from 50 moves on; until then the golden record.",
)
TRIALS = Parameter(
    name="trials",
    symbol="T",
    label="moves that are read",
    default=FIRST,
    low=LEAST,
    high=MOST,
    step=10,
    source="chosen here: a game has 200 moves, played on it has 400",
    status="assumed",
    help="A shorter record is read to its end.",
)
PLUS = "memory after good surprises"
MINUS = "memory after bad surprises"
"""The axes of every map of the two memories."""

TRUTHS = [player.truth for player in list(players.PLAYERS.values())[:4]]
# The golden record was made by the first player; a coin and a reader have no truth.
_TRUTH_OF = [*TRUTHS, TRUTHS[0], TRUTHS[0], TRUTHS[0]]
COLUMNS = ("place", "blown", "first", "following", "time")


def _reads_a_record(id, title, figure, controls, seed, constants=None):
    """A figure with one record in it: `place`, `blown`, `first`, `following`, `time`, `free`."""
    golden = players.golden()
    known = {f"golden_{name}": getattr(golden, name) for name in COLUMNS[:-1]}
    known["golden_time"] = np.arange(len(golden.place))
    for name in ("nu_plus", "nu_minus", "alpha", "beta"):
        known[f"all_{name}"] = [truth[name] for truth in _TRUTH_OF]
    known["has_truth"] = [1, 1, 1, 1, 0, 1, 0]
    live = LivingFigure(
        id, title, figure, controls, constants=known | {"wind_now": 0.1} | (constants or {})
    )
    for name in ("nu_plus", "nu_minus", "alpha", "beta"):
        live.pick(f"true_{name}", f"all_{name}", "player")
    live.pick("told", "has_truth", "player")
    wind = "wind" if "wind" in live.controls else "wind_now"
    recorded = {"place": "obsession", "blown": "blown", "first": "first"}
    recorded["following"] = "next_obsession"
    truth = {name: f"true_{name}" for name in ("nu_plus", "nu_minus", "alpha", "beta")}
    layout = {"steps": MOST, "seed": seed, "wind": wind}
    live.run(
        players.two_traces,
        mean={f"a_{name}": of for name, of in recorded.items()},
        forgetting=0.0,
        **layout,
        **truth,
    )
    live.run(players.coin, mean={f"c_{name}": of for name, of in recorded.items()}, **layout)
    live.kept("mine", RECORD, **{name: f"golden_{name}" for name in COLUMNS})
    for name in COLUMNS:
        a, c = ("time", "time") if name == "time" else (f"a_{name}", f"c_{name}")
        own = f"read_{name}"
        live.either(own, [a] * 4 + [c, f"golden_{name}", f"mine_{name}"], "player", "trials")
    live.compute(_kinds_of_move, place="read_place", blown="read_blown", first="read_first")
    for name, of, where_ in (
        ("moves", "one", ["one"]),
        ("free_moves", "free", ["one"]),
        ("in_fog", "read_place", ["one"]),
        ("shore_choices", "on_shore", ["one"]),
        ("fog_choices", "in_the_fog", ["one"]),
        ("diamonds", "read_first", ["on_shore"]),
        ("triangles", "read_first", ["in_the_fog"]),
    ):
        live.tally(name, of, where_)
    live.compute(best_coin)
    live.compute(_whose, mine_kept="mine_kept")
    return live


@formula(
    inputs=[
        Input("place", "o", "in the fog"),
        Input("blown", "b", "blown by the wind"),
        Input("first", "a", "first move taken"),
    ]
)
def _kinds_of_move(m):
    m.one = 1 + 0 * m.place
    m.free = 1 - m.blown
    m.on_shore = (1 - m.place) * m.free
    m.in_the_fog = m.place * m.free


@formula(
    inputs=[
        Input("shore_choices", "n_1", "choices on the shore"),
        Input("fog_choices", "n_2", "choices in the fog"),
        Input("diamonds", "k_1", "diamonds chosen"),
        Input("triangles", "k_2", "triangles chosen"),
    ]
)
def best_coin(m):
    """The best coin: its bias in each place, and how likely the record is to it."""
    m.coin_shore = m.diamonds / maximum(1, m.shore_choices)
    m.coin_fog = m.triangles / maximum(1, m.fog_choices)
    tiny = 1e-300
    m.coin_likely = (
        m.diamonds * log(maximum(tiny, m.coin_shore))
        + (m.shore_choices - m.diamonds) * log(maximum(tiny, 1 - m.coin_shore))
        + m.triangles * log(maximum(tiny, m.coin_fog))
        + (m.fog_choices - m.triangles) * log(maximum(tiny, 1 - m.coin_fog))
    )


@formula(
    inputs=[Input("player", "i", "who played"), Input("mine_kept", "y", "the reader has a record")]
)
def _whose(m):
    """0 to 5: the player; 6: the reader, whose record is there; 7: it is not there yet."""
    m.whose = m.player + where(equal(m.player, 6), 1 - m.mine_kept, 0)


WHOSE = (
    "The slow, imbalanced player",
    "The slow, balanced player",
    "The quick, imbalanced player",
    "The quick, balanced player",
    "The coin",
    "The player of the golden record",
    "You",
    "You have no record of 50 moves here yet, so this is the golden record. Its player",
)


def _fit(live, name, model, grid, memories, rate, slope, **settings):
    """A model fitted to the record that is read, over two of its parameters."""
    live.along(
        name,
        model,
        {"blown": "read_blown", "first": "read_first", "next_obsession": "read_following"},
        "free",
        x=(memories[0], grid),
        y=(memories[1], grid),
        over=(rate, fit.ALPHAS),
        slope=("beta", *slope),
        lean="preference",
        **settings,
    )


A = (players.two_traces_along, ("nu_plus", "nu_minus"), "alpha", fit.BETA_A)
B = (players.opponent_along, ("rho_plus", "rho_minus"), "rate", fit.BETA_B)


def _fits(live, forgetting):
    """The best A and the best B of the record: `a_...` and `b_...`."""
    for name, (model, *free) in (("fit_a", A), ("fit_b", B)):
        also = ("shore_lean", "fog_lean")
        _fit(live, name, model, fit.COARSE, *free, also=also, stride=5, forgetting=forgetting)


def one_record(seed: int = 1) -> LivingFigure:
    """A record move by move, and what the best A, B and coin would have expected of it."""
    with course_style():
        figure, (shore, fog) = plt.subplots(2, 1, figsize=(8.6, 4.6), sharex=True)
        looks = {"a": line_look(GOOD), "b": line_look(COMPULSION), "coin": line_look(INK)}
        lines = {}
        for axes, place, title in (
            (shore, "shore", "On the shore: chance of the diamond"),
            (fog, "fog", "In the fog: chance of the triangle"),
        ):
            axes.set(xlim=(-2, MOST + 2), ylim=(-0.14, 1.14), title=title, ylabel="chance")
            axes.set_yticks([0, 0.5, 1])
            for model, look in looks.items():
                lines[model, place] = axes.plot([], [], **look)[0]
            lines["marks", place] = tiles(axes, facecolor=MUTED, linewidth=0)
        fog.set_xlabel("move")
        shore.legend(
            [lines[m, "shore"] for m in looks],
            ["A, two traces", "B, opponent", "coin"],
            ncols=3,
            loc="lower right",
            bbox_to_anchor=(1, 1),
            frameon=False,
        )
    live = _reads_a_record(
        "one-record",
        "One record, and three models of it",
        figure,
        [PLAYER, TRIALS, players.WIND],
        seed,
    )
    _fits(live, 0.0)
    for model in "ab":
        for place in ("shore", "fog"):
            live.compute(
                _chance,
                prefix=f"{model}_{place}_",
                slope=f"fit_{model}_at_slope",
                lean=f"fit_{model}_{place}_lean",
            )
    for place, biased in (("shore", "coin_shore"), ("fog", "coin_fog")):
        for model in ("a", "b"):
            live.follow(lines[model, place], x="read_time", y=f"{model}_{place}_chance")
        live.follow(lines["coin", place], x="read_time", y=biased)
        shown = "on_shore" if place == "shore" else "in_the_fog"
        live.compute(_mark, prefix=f"{place}_", first="read_first", shown=shown)
        live.follow(
            lines["marks", place], x="read_time", y=f"{place}_y", across=shown, up=f"{place}_up"
        )
    live.read_out("fit_a_best", "log-likelihood, A", ".1f")
    live.read_out("fit_b_best", "log-likelihood, B", ".1f")
    live.read_out("coin_likely", "log-likelihood, coin", ".1f")
    live.read_out("free_moves", "free choices", "d")
    live.describe(
        "{who} made {moves:d} moves, {free_moves:d} of them free, {in_fog:d} of them in the fog: "
        "{diamonds:d} diamonds of {shore_choices:d} choices on the shore, "
        "{triangles:d} triangles of {fog_choices:d} in the fog. The log-likelihood of these "
        "choices is {fit_a_best:.1f} with the best A, {fit_b_best:.1f} with the best B and "
        "{coin_likely:.1f} with the best coin; the higher, the likelier.",
        caption="Small marks are the choices: above for the diamond or the triangle, below for the "
        "other move. Each line: the chance of the diamond or the triangle by one model, fitted to "
        "the whole record.",
        who=("whose", list(WHOSE)),
    )
    live.table(
        {
            "move": "read_time",
            "in the fog (1) or on the shore (0)": "read_place",
            "blown by the wind (1)": "read_blown",
            "diamond or triangle (1)": "read_first",
        }
    )
    return live


@formula(inputs=[Input("slope", r"\beta", "slope"), Input("lean", r"\Delta", "lean")])
def _chance(m):
    m.chance = 1 / (1 + exp(-m.slope * m.lean))


@formula(inputs=[Input("first", "a", "first move"), Input("shown", "s", "free, in this place")])
def _mark(m):
    m.y = where(m.first, 1.09, -0.09)
    m.up = 0.06 * m.shown


def likelihood_map(seed: int = 1) -> LivingFigure:
    """How likely a record is to model A, over its two memories."""
    with course_style():
        figure, axes = plt.subplots(figsize=(6.2, 5.0))
        region = tiles(axes, facecolor=SHADE, edgecolor=GRID, linewidth=0.4)
        likely = tiles(axes, facecolor=OBSESSION, linewidth=0, alpha=0.75)
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1.2, linestyle="--")
        estimate = axes.plot(
            [], [], "o", color=PAPER, markeredgecolor=INK, markeredgewidth=2.5, markersize=12
        )[0]
        truth = axes.plot([], [], "D", color=GOOD, markeredgecolor=PAPER, markersize=9)[0]
        axes.set(
            xlim=(-0.06, 1.06),
            ylim=(-0.06, 1.06),
            aspect="equal",
            xlabel=PLUS,
            ylabel=MINUS,
        )
    kind = Choice(
        "map",
        "learning rate and slope",
        ("known", "best in each cell"),
        help="Known: those of the simulated player. Of a person, nobody knows them.",
    )
    live = _reads_a_record(
        "likelihood-map",
        "Which memories is this record compatible with?",
        figure,
        [PLAYER, TRIALS, players.WIND, kind],
        seed,
        {"within": [0.0, fit.WITHIN, 1e9]},
    )
    live.compute(_which_map)
    model, *free = A
    _fit(
        live,
        "fit",
        model,
        fit.FINE,
        *free,
        known="known",
        stride=10,
        alpha="true_alpha",
        beta="true_beta",
        forgetting=0.0,
    )
    live.compute(_cells, likely="fit", best="fit_best", cell="fit_cell")
    live.histogram("shares", "fall", "within")
    live.pick("share", "shares", 0)
    live.compute(_memories)
    live.follow(region, x="fit_x", y="fit_y", across="side", up="side")
    live.follow(likely, x="fit_x", y="fit_y", across="inner", up="inner")
    live.follow(estimate, x="fit_at_x", y="fit_at_y")
    live.follow(truth, x="true_nu_plus", y="true_nu_minus", visible="told")
    live.read_out("fit_at_x", "best memory after good surprises", ".2f")
    live.read_out("fit_at_y", "best memory after bad surprises", ".2f")
    live.read_out("share", "share of the map in the region", ".1%")
    live.read_out("drop", "cost of equal memories", ".1f")
    live.describe(
        "{who} left a record of {moves:d} moves, {free_moves:d} of them free. It is compatible "
        "with {share:.1%} of the map; the best cell is ({fit_at_x:.2f}, {fit_at_y:.2f}). {equal_} "
        "{others_}",
        caption="Shaded: the 95 % region, all pairs of memories with which the record is "
        "compatible. Larger orange squares: likelier; ring: the likeliest pair; diamond: the "
        "truth, where there is one; dashed: equal memories.",
        who=("whose", list(WHOSE)),
        equal_=(
            "unequal",
            [
                "Some equal memories are compatible with it, too.",
                "Some equal memories lie in the region, too; but as the only question, “are they "
                "equal?” is answered no: twice the difference in log-likelihood is {drop:.2f}, "
                "above 3.84.",
                "No equal memories lie in the region: twice the difference in log-likelihood is "
                "{drop:.2f}, above 3.84 and 5.99.",
            ],
        ),
        others_=(
            "known",
            [
                "Learning rate and slope are the best in each cell.",
                "Learning rate and slope are those of the simulated player.",
            ],
        ),
    )
    live.table(
        {
            "memory after good surprises": "fit_x",
            "memory after bad surprises": "fit_y",
            "log-likelihood below the best, twice": "fall",
        }
    )
    return live


@formula(inputs=[Input("map", "k", "kind of map"), Input("told", "h", "there is a truth")])
def _which_map(m):
    m.known = where(equal(m.map, 0), 1, 0) * m.told


@formula(
    inputs=[
        Input("likely", "L", "log-likelihood"),
        Input("best", r"\hat L", "the highest"),
        Input("cell", "n", "steps of the grid to a cell"),
    ]
)
def _cells(m):
    # What is impossible counts as far below everything else.
    m.fall = minimum(1e6, 2 * (m.best - maximum(-1e9, m.likely)))
    m.side = where(m.fall <= fit.WITHIN, 0.02 * m.cell, 0)
    m.inner = 0.9 * m.side * exp(-m.fall / 4)


@formula(
    inputs=[Input("fit_best", r"\hat L", "best"), Input("fit_equal", "L_{=}", "best with equal")]
)
def _memories(m):
    m.drop = 2 * (m.fit_best - m.fit_equal)
    m.unequal = where(m.drop > fit.UNEQUAL, where(m.drop > fit.WITHIN, 2, 1), 0)


CAP = 40.0
DECIDED = 2.0
"""Points by which the next best model must be behind."""


def rivals(seed: int = 1) -> LivingFigure:
    """How far each of three models falls behind the best one."""
    with course_style():
        figure, axes = plt.subplots(figsize=(6.4, 3.6))
        bars = axes.bar(
            ["A\ntwo traces", "B\nopponent", "coin"],
            [0.0] * 3,
            color=[GOOD, COMPULSION, INK],
            width=0.55,
        )
        axes.axhline(DECIDED, color=MUTED, linewidth=1.2, linestyle="--")
        axes.text(2.45, DECIDED + 0.7, "next best below:\nno decision", color=MUTED, va="bottom")
        axes.set(xlim=(-0.5, 3.5), ylim=(0, CAP + 6))
        axes.set_ylabel(f"points behind the best\n(bars end at {CAP:.0f})")
    live = _reads_a_record(
        "rivals",
        "Three models of one record",
        figure,
        [
            PLAYER,
            TRIALS,
            players.WIND,
            Choice("criterion", "criterion", ("BIC", "AIC")),
            Choice("keeping", "forgetting in A and B", ("none", "0.001", "0.01")),
        ],
        seed,
        {"forgettings": [0.0, 0.001, 0.01]},
    )
    live.pick("forgotten", "forgettings", "keeping")
    _fits(live, "forgotten")
    live.compute(criteria, a="fit_a_best", b="fit_b_best")
    live.follow(bars, height=["a_bar", "b_bar", "coin_bar"])
    for place, name in enumerate(("a", "b", "coin")):
        text = axes.text(place, 0, "0", ha="center", va="bottom")
        live.write(text, f"{{{name}_behind:.1f}}", y=f"{name}_text")
    live.read_out("a_score", "A", ".1f")
    live.read_out("b_score", "B", ".1f")
    live.read_out("coin_score", "coin", ".1f")
    live.describe(
        "{who} left {free_moves:d} free choices. The {rule} is {a_score:.1f} for A, {b_score:.1f} "
        "for B and {coin_score:.1f} for the coin; the lowest is that of {winner}. {decided}",
        caption="The lower a model's criterion, the better it pays for its parameters: A and B "
        "have four, the coin two.",
        who=("whose", list(WHOSE)),
        rule=("criterion", ["BIC", "AIC"]),
        winner=("best_model", ["A", "B", "the coin"]),
        decided=("clear", ["The next one is less than 2 points away: no decision.", ""]),
    )
    return live


@formula(
    inputs=[
        Input("a", "L_A", "log-likelihood of A"),
        Input("b", "L_B", "log-likelihood of B"),
        Input("coin_likely", "L_R", "log-likelihood of the coin"),
        Input("free_moves", "n", "free choices"),
        Input("criterion", "c", "criterion"),
    ]
)
def criteria(m):
    m.price = where(equal(m.criterion, 0), log(m.free_moves), 2)
    m.a_score = 4 * m.price - 2 * m.a
    m.b_score = 4 * m.price - 2 * m.b
    m.coin_score = 2 * m.price - 2 * m.coin_likely
    m.lowest = minimum(m.a_score, minimum(m.b_score, m.coin_score))
    m.a_behind = m.a_score - m.lowest
    m.b_behind = m.b_score - m.lowest
    m.coin_behind = m.coin_score - m.lowest
    m.best_model = where(m.a_behind <= 0, 0, where(m.b_behind <= 0, 1, 2))
    m.second = (
        m.a_behind
        + m.b_behind
        + m.coin_behind
        - maximum(m.a_behind, maximum(m.b_behind, m.coin_behind))
    )
    m.clear = where(m.second < DECIDED, 0, 1)
    m.a_bar = minimum(CAP, m.a_behind)
    m.b_bar = minimum(CAP, m.b_behind)
    m.coin_bar = minimum(CAP, m.coin_behind)
    # A number stands above its bar, and above the line: it would be crossed out there.
    m.a_text = maximum(m.a_bar, DECIDED) + 0.6
    m.b_text = maximum(m.b_bar, DECIDED) + 0.6
    m.coin_text = maximum(m.coin_bar, DECIDED) + 0.6
