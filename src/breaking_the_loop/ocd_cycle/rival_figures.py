"""The figures of notebook 01 about rival models, and about why a ritual protects a fear."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib import resources

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.ocd_cycle import hand_washing, opponent, protection
from breaking_the_loop.ocd_cycle.figures import share_tile, size_key
from breaking_the_loop.palette import COMPULSION, OBSESSION, RELIEF, TABLETS
from looplab.figure.artists import tiles
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import name_lines, number_bars
from looplab.figure.style import BAD, INK, MUTED, PAPER, SHADE, course_style, line_look
from looplab.figure.table import Table
from looplab.model.declare import Input, formula
from looplab.model.maths import maximum, where

MARKER = {"color": PAPER, "markeredgecolor": INK, "markeredgewidth": 2.5, "markersize": 11}


@formula(parameters=[opponent.ALPHA_SR_PLUS, opponent.ALPHA_SR_MINUS])
def _other_rates(m):
    """What SR does not learn, IR does (Fig 3E of sato2023)."""
    m.alpha_ir_plus = 0.1 - m.alpha_sr_plus
    m.alpha_ir_minus = 0.1 - m.alpha_sr_minus


def four_learners(seed: int = 1) -> LivingFigure:
    """Model B: twenty learners, the four published types, and the map of their learning rates."""
    steps, every, rates = 5000, 100, np.array(opponent.GRID)
    types = opponent.LEARNER_TYPES.values()
    published = opponent.opponent.run(
        steps,
        learners=100,
        every=steps,
        seed=seed,
        record=["obsession"],
        **{r.name: np.array([[t.rates[r.name]] for t in types]) for r in opponent.RATES},
    )["obsession"][0].mean(axis=-1)
    plus, minus = np.meshgrid(rates, rates, indexing="ij")
    with course_style():
        figure, (course, kinds, phase) = plt.subplots(
            1, 3, figsize=(9.0, 3.7), width_ratios=[1.15, 0.95, 1.35]
        )
        mean = course.plot([], [], **line_look(OBSESSION))[0]
        course.set(
            xlim=(0, steps),
            ylim=(0, 1),
            xlabel="step",
            ylabel="share of 100 steps",
            title="Time in obsession",
        )
        names = ["habit-like\nonly", "planner-like\nonly", "both, alike", "both,\nopposed"]
        kinds.barh(names, published, color=MUTED, height=0.55)
        for row, share in enumerate(published):
            kinds.text(share + 0.02, row, f"{share:.0%}", va="center")
        yours = kinds.barh(["yours"], [0], color=OBSESSION, height=0.55)
        kinds.set(
            xlim=(0, 0.65),
            ylim=(4.6, -0.6),
            xlabel="share of all steps",
            title="Four types, and yours",
        )
        kinds.tick_params(left=False)
        squares = tiles(phase, facecolor=OBSESSION, linewidth=0, alpha=0.5)
        here = phase.plot([], [], "o", **MARKER)[0]
        phase.set(
            xlim=(-0.01, 0.155),
            ylim=(-0.01, 0.11),
            xlabel="planner-like: learns from good",
            ylabel="planner-like: learns from bad",
            title="Where it lasts",
        )
        phase.set_xticks([0, 0.05, 0.1])
        phase.set_yticks([0, 0.05, 0.1])
        size_key(phase, 0.122, 0.07, 0.01, {0.5: "50%", 0.1: "10%"}, 0.5)
    live = LivingFigure(
        "four-learners",
        "A planner and a habit in one head",
        figure,
        [opponent.ALPHA_SR_PLUS, opponent.ALPHA_SR_MINUS],
        presets={
            label: {rate: kind.rates[rate] for rate in ("alpha_sr_plus", "alpha_sr_minus")}
            for label, kind in zip(
                ("Both, opposed", "Both, alike", "Planner-like only", "Habit-like only"),
                [opponent.LEARNER_TYPES[k] for k in ("opponent", "balanced", "SR_only", "IR_only")],
                strict=True,
            )
        },
        constants={
            "map_plus": plus.ravel(),
            "map_minus": minus.ravel(),
            "map_share": opponent.obsession_map(learners=8, seed=seed).ravel().round(4),
        },
    )
    live.compute(_other_rates)
    live.run(
        opponent.opponent,
        steps=steps,
        learners=20,
        every=every,
        seed=seed,
        mean={"share": "obsession"},
    )
    live.mean("share_all", "share")
    live.compute(share_tile, share="map_share", full=0.5, cell=1, step_x=0.01, step_y=0.01)
    live.follow(mean, x="time", y="share")
    live.follow(yours, height=["share_all"])
    live.follow(squares, x="map_plus", y="map_minus", across="across", up="up")
    live.follow(here, x="alpha_sr_plus", y="alpha_sr_minus")
    number_bars(live, yours, ["share_all"], ".0%", pad=0.07)
    live.read_out("share_all", "time in obsession, all 5,000 steps", ".1%")
    live.read_out("alpha_ir_plus", "habit-like: learns from good", ".2f")
    live.read_out("alpha_ir_minus", "habit-like: learns from bad", ".2f")
    live.describe(
        "The planner-like system learns {alpha_sr_plus:.2f} from good and {alpha_sr_minus:.2f} "
        "from bad surprises, the habit-like one {alpha_ir_plus:.2f} and {alpha_ir_minus:.2f}. In "
        "this model the 20 learners spend {share_all:.1%} of 5,000 steps in obsession.",
        caption="Grey bars: the four published types, a hundred learners each. In the map, each "
        "point is one planner-like system; what it does not learn, the habit-like one does.",
    )
    live.table({"step": "time", "share of time in obsession": "share"})
    return live


TRUST = replace(hand_washing.TRUST, low=0.2)
_TRUSTS = np.round(np.arange(0.2, 1.001, 0.05), 2)
_DANGERS = np.arange(1, 5.01, 0.5)


@formula(
    inputs=[
        Input("cook_up_to", "b_1", "end of the cook band"),
        Input("check_up_to", "b_2", "end of the check band"),
        Input("wash_up_to", "b_3", "end of the wash band"),
        Input("recheck_up_to", "b_4", "end of the second check band"),
    ]
)
def _zones(m):
    """Middle and height of each band of the plan."""
    m.cook_at, m.cook_tall = m.cook_up_to / 2, 1 * m.cook_up_to
    m.check_at, m.check_tall = (m.cook_up_to + m.check_up_to) / 2, m.check_up_to - m.cook_up_to
    m.wash_at, m.wash_tall = (m.check_up_to + m.wash_up_to) / 2, m.wash_up_to - m.check_up_to
    m.recheck_at = (m.wash_up_to + m.recheck_up_to) / 2
    m.recheck_tall = m.recheck_up_to - m.wash_up_to
    m.rewash_at, m.rewash_tall = (m.recheck_up_to + 1) / 2, 1 - m.recheck_up_to


@formula(
    inputs=[
        Input("often_check", "K", "checks an action"),
        Input("often_wash", "W", "washes an action"),
        Input("often_repeated", "z", "repetitions an action"),
    ]
)
def _precautions(m):
    m.precautions = m.often_check + m.often_wash
    m.repeated_share = m.often_repeated / maximum(m.precautions, 1e-12)
    m.repeats = where(m.repeated_share < 0.001, 0, where(m.repeated_share < 0.5, 1, 2))


def trust(seed: int = 1) -> LivingFigure:
    """Model C: one learner's belief, its plan, and a map of two false beliefs."""
    steps = 100
    danger, trusted = (side.ravel() for side in np.meshgrid(_DANGERS, _TRUSTS, indexing="ij"))
    false = hand_washing.false_beliefs.evaluate(trust=trusted, danger=danger)
    bands = hand_washing.plan(
        p_wash=false["believed_p_wash"],
        **{name: false[f"believed_{name}"] for name in ("v_wash", "v_check", "v_cook_dirty")},
    ).bands()
    coarse = np.round(np.arange(0.2, 1.01, 0.1), 1)
    shares = hand_washing.belief_map(coarse, _DANGERS, actions=1000, runs=4, seed=seed)
    map_danger, map_trust = np.meshgrid(_DANGERS, coarse, indexing="ij")
    looks = {"cook": RELIEF, "check": TABLETS, "wash": COMPULSION}
    with course_style():
        figure, axes = plt.subplot_mosaic(
            [["belief", "map"], ["record", "often"]],
            figsize=(9.0, 4.6),
            width_ratios=[1.75, 1],
            height_ratios=[1.5, 1],
        )
        belief, record, often, phase = (axes[n] for n in ("belief", "record", "often", "map"))
        zones = [
            tiles(belief, facecolor=looks[action], alpha=0.22, linewidth=0)
            for action in ("cook", "check", "wash", "check", "wash")
        ]
        bouts = tiles(belief, facecolor="none", edgecolor=OBSESSION, hatch="/////", linewidth=0)
        line = belief.plot([], [], color=INK, linewidth=1.5)[0]
        belief.set(
            xlim=(-1, steps),
            ylim=(0, 1),
            ylabel="belief that\nhands are dirty",
            title="What one cook believes (hatched: a precaution repeated)",
        )
        words = [
            belief.text(steps + 1, 0, action, color=looks[action], va="center")
            for action in ("cook", "check", "wash")
        ]
        rows = [tiles(record, facecolor=looks[action], linewidth=0) for action in looks]
        record.set(xlim=(-1, steps), ylim=(-0.3, 3.9), xlabel="action", title="What the cook does")
        record.set_yticks([0.4, 1.8, 3.2], list(looks))
        record.tick_params(left=False)
        for tick, colour in zip(record.get_yticklabels(), looks.values(), strict=True):
            tick.set_color(colour)
        bars = often.barh(
            ["check", "wash", "of these,\nrepeated"],
            [0] * 3,
            color=[TABLETS, COMPULSION, OBSESSION],
            height=0.6,
        )
        often.set(
            xlim=(0, 1.1), ylim=(2.6, -0.6), xlabel="share", title="Fifty cooks, 1,000 actions"
        )
        often.tick_params(left=False)
        squares = tiles(phase, facecolor=OBSESSION, linewidth=0, alpha=0.5)
        here = phase.plot([], [], "o", **MARKER)[0]
        phase.set(
            xlim=(0.1, 1.42),
            ylim=(0.6, 6.0),
            xlabel="trust in one's own washing",
            ylabel="danger, × true",
            title="Repeated, of all precautions",
        )
        phase.set_xticks([0.2, 0.6, 1.0])
        phase.text(1.0, 5.45, "right trust", ha="center", va="bottom", color=MUTED)
        phase.set_yticks(range(1, 6))
        side = 0.95 * np.sqrt(0.4)
        phase.add_patch(
            plt.Rectangle(
                (1.16, 3.0), 0.1 * side, 0.5 * side, color=OBSESSION, alpha=0.5, linewidth=0
            )
        )
        phase.text(1.26, 3.15, "20%", va="center")
    live = LivingFigure(
        "trust",
        "A cook with two beliefs",
        figure,
        [TRUST, hand_washing.DANGER],
        presets={
            "Right beliefs": {"trust": 1.0, "danger": 1.0},
            "Little trust": {"trust": 0.6, "danger": 1.0},
            "Great danger": {"trust": 1.0, "danger": 5.0},
            "Both": {"trust": 0.6, "danger": 5.0},
        },
        constants={f"planned_{name}": ends.round(5) for name, ends in bands.items()}
        | {
            "map_trust": map_trust.ravel(),
            "map_danger": map_danger.ravel(),
            "map_share": shares.ravel().round(4),
            "middle": (steps - 1) / 2,
            "wide": steps + 1,
            "half": 0.5,
            "one": 1,
            "cook_row": 0.4,
            "check_row": 1.8,
            "wash_row": 3.2,
            "thick": 0.9,
        },
    )
    live.behind(hand_washing.false_beliefs)
    live.row("plan", danger=_DANGERS, trust=_TRUSTS)
    for name in bands:
        live.pick(name, f"planned_{name}", "plan")
    live.compute(_zones)
    followed = {"belief": "belief", "repetitions": "repeated"} | {f"{a}s": a for a in looks}
    live.run(hand_washing.hand_washing, steps=steps, seed=seed, mean=followed)
    live.run(
        hand_washing.hand_washing,
        steps=1000,
        learners=50,
        every=1000,
        seed=seed,
        mean={f"{name}_mean": name for name in ("check", "wash", "repeated", "bout_ends")},
    )
    for name in ("check", "wash", "repeated", "bout_ends"):
        live.pick(f"often_{name}", f"{name}_mean", 0)
    live.compute(_precautions)
    live.compute(share_tile, share="map_share", full=0.5, cell=1, step_x=0.1, step_y=0.5)
    for zone, name in zip(zones, ("cook", "check", "wash", "recheck", "rewash"), strict=True):
        live.follow(zone, x="middle", y=f"{name}_at", across="wide", up=f"{name}_tall")
    live.follow(bouts, x="time", y="half", across="repetitions", up="one")
    live.follow(line, x="time", y="belief")
    for word, action in zip(words, ("cook", "check", "wash"), strict=True):
        live.write(word, action, y=f"{action}_at", visible=f"{action}_tall")
    for row, action in zip(rows, looks, strict=True):
        live.follow(row, x="time", y=f"{action}_row", across="thick", up=f"{action}s")
    often_names = ["often_check", "often_wash", "repeated_share"]
    live.follow(bars, height=often_names)
    number_bars(live, bars, often_names, ".0%", pad=0.09)
    live.follow(squares, x="map_trust", y="map_danger", across="across", up="up")
    live.follow(here, x="trust", y="danger")
    live.read_out("repeated_share", "share of precautions that repeat", ".1%")
    live.read_out("precautions", "share of actions that are precautions", ".1%")
    live.read_out("check_up_to", "washes when belief is above", ".2f")
    live.describe(
        "The learner trusts its washing {trust:.2f} times as much as is true and takes dirt for "
        "{danger:.1f} times as dangerous as it is. {precautions:.0%} of its actions are checks and "
        "washes, and {repeated_share:.1%} of these repeat an earlier one: in this model it "
        "{repeats}.",
        caption="Follow the line after a wash: it falls. Whether it falls into the band “cook” "
        "decides whether the precaution is repeated.",
        repeats=("repeats", ["hardly ever repeats", "repeats", "mostly repeats"]),
    )
    live.table({"action": "time", "belief that hands are dirty": "belief"})
    return live


def population_table() -> Table:
    """The published population of model C beside our smaller one."""
    names = {
        ("must_check", "p_wash"): "believed minus true chance that washing works, checks required",
        ("allow_no_check", "p_wash"): "the same, checks not required",
        ("must_check", "belief_drop_after_wash"): "fall of the belief in a wash, checks required",
        ("allow_no_check", "belief_drop_after_wash"): "the same, checks not required",
        ("must_check", "p_dirty"): "believed minus true chance of soiling, checks required",
    }
    path = resources.files(__package__) / "hand_washing_population.csv"
    with path.open(encoding="utf-8") as file:
        found = {(row["dataset"], row["quantity"]): row for row in csv.DictReader(file)}
    kinds = {"noncompulsive": "not compulsive", "compulsive": "compulsive"}
    origins = {"published": "published", "reproduced": "here"}
    columns = ["quantity", *(f"{k}, {o}" for k in kinds.values() for o in origins.values())]

    def cell(row, kind, origin):
        mean, spread = (float(row[f"{origin}_{part}_{kind}"]) for part in ("mean", "sd"))
        return f"{mean:.2f} ({spread:.2f})".replace("-", "−")

    rows = [
        [name, *(cell(found[key], kind, origin) for kind in kinds for origin in origins)]
        for key, name in names.items()
    ]
    caption = "The published population beside our own 40 worlds: mean (spread)"
    return Table(caption, columns, rows, folded=True)


def extinction() -> LivingFigure:
    """Demo D: the fear of a cue, with the ritual allowed and with it prevented."""
    start, last = protection.TRAINING_TRIALS, protection.TRIALS
    first = start - 4
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 4.2))
        axes.axvspan(start + 0.5, last, color=SHADE, linewidth=0, zorder=0)
        axes.text(start + 0.7, 1.12, "the signal alone, no harm", va="center")
        axes.plot([first, last], [0, 0], color=MUTED, linewidth=1)
        lines = [
            axes.plot([], [], **look)[0]
            for look in (line_look(BAD), line_look(COMPULSION), line_look(INK), line_look(RELIEF))
        ]
        axes.set(
            xlim=(first, last + 4),
            ylim=(-1.15, 1.25),
            xlabel="trial",
            ylabel="harm expected",
        )
        axes.set_xticks(range(start, last + 1, 2))
    live = LivingFigure(
        "extinction",
        "Ten safe days",
        figure,
        [replace(protection.LEARNING_RATE, low=0.05)],
    )
    for name, ritual in (("allowed", 1.0), ("prevented", 0.0)):
        live.run(
            protection.protection,
            steps=last,
            mean={f"v_{name}": ("learned", 2), f"r_{name}": ("learned", 3)},
            ritual=ritual,
        )
        live.pick(f"{name}_end", f"v_{name}", -1)
        live.pick(f"{name}_ritual", f"r_{name}", -1)
    live.pick("start", "v_allowed", start - 1)
    live.compute(_trial)
    live.compute(_together)
    live.pick("together_end", "together", -1)
    shown = ("v_allowed", "r_allowed", "together", "v_prevented")
    for line, name in zip(lines, shown, strict=True):
        live.follow(line, x="trial", y=name, where="seen")
    ends = {
        "signal, ritual allowed": ("allowed_end", BAD),
        "signal, ritual prevented": ("prevented_end", RELIEF),
        "both together": ("together_end", INK),
    }
    name_lines(live, axes, last, ends, gap=0.13)
    name_lines(live, axes, last, {"the ritual itself": ("allowed_ritual", COMPULSION)}, gap=0.1)
    live.read_out("start", "harm expected of the signal before", ".2f")
    live.read_out("allowed_end", "after, ritual allowed", ".2f")
    live.read_out("prevented_end", "after, ritual prevented", ".2f")
    live.describe(
        "Before the ten trials the learner expects {start:.3f} of the harm from the signal. After "
        "ten trials without harm it expects {allowed_end:.3f} if it could perform the ritual, and "
        "{prevented_end:.3f} if it could not. The ritual itself is credited with "
        "{allowed_ritual:.3f}, so that both together promise {together_end:.3f}.",
        caption="What is expected of signal and ritual together is what can surprise. Below 0: "
        "credited with keeping harm away.",
    )
    live.table(
        {
            "trial": "trial",
            "harm expected of the signal, ritual allowed": "v_allowed",
            "of the ritual": "r_allowed",
            "of the signal, ritual prevented": "v_prevented",
        }
    )
    return live


@formula(
    inputs=[
        Input("v_allowed", "F_C", "harm expected of the signal"),
        Input("r_allowed", "F_R", "harm expected of the ritual"),
        Input("trial", "n", "trial"),
    ]
)
def _together(m):
    m.together = m.v_allowed + m.r_allowed
    m.seen = where(m.trial < protection.TRAINING_TRIALS - 4, 0, 1)


@formula(inputs=[Input("time", "t", "trials so far")])
def _trial(m):
    m.trial = m.time + 1
