"""The figures of notebook 01 about rival models, treatment, and what a fast drug could mean."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from importlib import resources

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.ocd_cycle import cycle, hand_washing, opponent, protection, treatment
from breaking_the_loop.ocd_cycle.figures import share_tile
from looplab.figure.artists import tiles
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.style import (
    BAD,
    COMPULSION,
    GOOD,
    GRID,
    INK,
    MUTED,
    OBSESSION,
    PAPER,
    RELIEF,
    SHADE,
    TABLETS,
    course_style,
)
from looplab.figure.table import Table
from looplab.model.declare import Input, formula
from looplab.model.maths import equal, floor, maximum, where

MARKER = {"color": PAPER, "markeredgecolor": INK, "markeredgewidth": 2.5, "markersize": 11}
EVERY = 500
ILLNESS = 5000


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
            1, 3, figsize=(10.5, 3.9), width_ratios=[1.3, 0.95, 1.2]
        )
        mean = course.plot([], [], color=OBSESSION, linewidth=2.5)[0]
        course.set(
            xlim=(0, steps),
            ylim=(0, 1),
            xlabel="step",
            ylabel="share of 100 steps",
            title="Time in obsession",
        )
        names = ["habit-like\nonly", "goal-directed-\nlike only", "balanced", "opponent"]
        kinds.barh(names, published, color=MUTED, height=0.55)
        yours = kinds.barh(["yours"], [0], color=OBSESSION, height=0.55)
        kinds.set(
            xlim=(0, 0.7),
            ylim=(4.6, -0.6),
            xlabel="share of all 5,000 steps",
            title="Four types, and yours",
        )
        kinds.tick_params(left=False)
        squares = tiles(phase, facecolor=OBSESSION, linewidth=0, alpha=0.5)
        here = phase.plot([], [], "o", **MARKER)[0]
        phase.set(
            xlim=(-0.01, 0.11),
            ylim=(-0.01, 0.11),
            xlabel="SR learns from bad surprises",
            ylabel="SR learns from good surprises",
            title="Where it lasts",
        )
    live = LivingFigure(
        "four-learners",
        "Two systems that learn from opposite surprises",
        figure,
        [opponent.ALPHA_SR_PLUS, opponent.ALPHA_SR_MINUS],
        presets={
            label: {rate: kind.rates[rate] for rate in ("alpha_sr_plus", "alpha_sr_minus")}
            for label, kind in zip(
                ("Opponent", "Balanced", "Goal-directed-like only", "Habit-like only"),
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
    live.moving("share_so_far", "share", window=steps // every)
    live.pick("share_all", "share_so_far", -1)
    live.compute(share_tile, share="map_share", full=0.5, cell=1, step_x=0.01, step_y=0.01)
    live.follow(mean, x="time", y="share")
    live.follow(yours, height=["share_all"])
    live.follow(squares, x="map_minus", y="map_plus", across="across", up="up")
    live.follow(here, x="alpha_sr_minus", y="alpha_sr_plus")
    live.read_out("share_all", "time in obsession, all 5,000 steps", ".1%")
    live.read_out("alpha_ir_plus", "IR learns from good surprises", ".2f")
    live.read_out("alpha_ir_minus", "IR learns from bad surprises", ".2f")
    live.describe(
        "SR learns {alpha_sr_plus:.2f} from good and {alpha_sr_minus:.2f} from bad surprises, IR "
        "{alpha_ir_plus:.2f} and {alpha_ir_minus:.2f}. In this model the 20 learners spend "
        "{share_all:.1%} of 5,000 steps in obsession.",
        caption="One system that learns from good surprises beside one that learns from bad ones "
        "makes the cycle; neither does alone. In the map a full cell is half of all time.",
    )
    live.table({"step": "time", "share of time in obsession": "share"})
    return live


TRUST = replace(hand_washing.TRUST, low=0.2)
_TRUSTS = np.round(np.arange(0.2, 1.001, 0.05), 2)
_DANGERS = np.arange(1, 5.01, 0.5)


@formula(parameters=[TRUST, hand_washing.DANGER])
def _which_plan(m):
    """The place of a plan in the table: danger by danger, trust by trust."""
    m.plan = 17 * floor((m.danger - 1) / 0.5 + 0.5) + floor((m.trust - 0.2) / 0.05 + 0.5)


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
            figsize=(10.5, 5.2),
            width_ratios=[1.9, 1],
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
            title="What one learner believes (hatched: a repeated precaution)",
        )
        rows = [tiles(record, facecolor=looks[action], linewidth=0) for action in looks]
        record.set(xlim=(-1, steps), ylim=(-0.3, 3.9), xlabel="action", title="What it does")
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
            xlim=(0, 1), ylim=(2.6, -0.6), xlabel="share", title="Fifty learners, 1,000 actions"
        )
        often.tick_params(left=False)
        squares = tiles(phase, facecolor=OBSESSION, linewidth=0, alpha=0.5)
        here = phase.plot([], [], "o", **MARKER)[0]
        phase.set(
            xlim=(0.1, 1.1),
            ylim=(0.6, 5.4),
            xlabel="trust in one's own washing",
            ylabel="danger, × true",
            title="Repeated precautions",
        )
    live = LivingFigure(
        "trust",
        "Trust in one's own washing",
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
    live.compute(_which_plan)
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
    for row, action in zip(rows, looks, strict=True):
        live.follow(row, x="time", y=f"{action}_row", across="thick", up=f"{action}s")
    live.follow(bars, height=["often_check", "often_wash", "repeated_share"])
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
        caption="After each wash the belief falls, as it should. With little trust in one's own "
        "washing it does not fall far enough.",
        repeats=("repeats", ["hardly ever repeats", "repeats", "mostly repeats"]),
    )
    live.table({"action": "time", "belief that hands are dirty": "belief"})
    return live


def population_table() -> Table:
    """The published population of model C beside our smaller one."""
    names = {
        ("must_check", "p_wash"): "error in believed washing efficacy, checks required",
        ("allow_no_check", "p_wash"): "the same, checks not required",
        ("must_check", "belief_drop_after_wash"): "fall of the belief in a wash, checks required",
        ("allow_no_check", "belief_drop_after_wash"): "the same, checks not required",
        ("must_check", "p_dirty"): "error in believed chance of soiling, checks required",
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
    return Table("Believed minus true value, and the belief's fall: mean (spread)", columns, rows)


OWN_ILLNESS, OWN_TREATMENT, OWN_STEPS, OWN_EVERY = 4000, 2000, 9000, 250


def own_treatment(seed: int = 1) -> LivingFigure:
    """Model A: fourteen learners under a treatment put together with three sliders."""
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.8))
        window = tiles(axes, facecolor=SHADE, linewidth=0, zorder=0)
        before = axes.plot([], [], color=MUTED, linewidth=1, linestyle="--")[0]
        line = axes.plot([], [], color=OBSESSION, linewidth=2.5)[0]
        axes.text(OWN_TREATMENT / 2, 0.93, "treatment", ha="center", color=INK)
        axes.text(-OWN_ILLNESS + 60, 0.16, "level before", color=MUTED, fontsize=9)
        axes.set(
            xlim=(-OWN_ILLNESS, OWN_STEPS - OWN_ILLNESS),
            ylim=(0, 1),
            xlabel="steps since treatment began",
            ylabel=f"share of {OWN_EVERY} steps\nin obsession",
        )
    live = LivingFigure(
        "own-treatment",
        "Put a treatment together",
        figure,
        [treatment.PREVENTION, treatment.EXPOSURE, treatment.CORRECTION],
        presets={
            "Nothing": {"prevention": 0, "exposure": 0, "correction": 0},
            "Response prevention only": {"prevention": 1, "exposure": 0, "correction": 0},
            "Exposure only": {"prevention": 0, "exposure": 0.1, "correction": 0},
            "Both (ERP)": {"prevention": 1, "exposure": 0.1, "correction": 0},
            "Half of the compulsions held back": {
                "prevention": 0.5,
                "exposure": 0.1,
                "correction": 0,
            },
            "ERP with corrected memory": {"prevention": 1, "exposure": 0.1, "correction": 1},
        },
        constants={
            "since": np.arange(0, OWN_STEPS, OWN_EVERY) + (OWN_EVERY - 1) / 2 - OWN_ILLNESS,
            "middle": OWN_TREATMENT / 2,
            "half": 0.5,
            "one": 1,
            "long": OWN_TREATMENT,
            "ends": [-OWN_ILLNESS, OWN_STEPS - OWN_ILLNESS],
        },
    )
    live.run(
        treatment.treated_learner,
        steps=OWN_STEPS,
        learners=14,
        every=OWN_EVERY,
        seed=seed,
        mean={"share": "obsession"},
        illness_steps=OWN_ILLNESS,
        treatment_steps=OWN_TREATMENT,
    )
    blocks = 1000 // OWN_EVERY
    live.moving("share_1000", "share", window=blocks)
    live.moving("share_2000", "share", window=2 * blocks)
    ill, treated = OWN_ILLNESS // OWN_EVERY, OWN_TREATMENT // OWN_EVERY
    live.pick("before", "share_1000", ill - 1)
    live.pick("during", "share_2000", ill + treated - 1)
    live.pick("after", "share_1000", ill + treated + blocks - 1)
    live.pick("later", "share_1000", -1)
    live.compute(_level, level="before", at="ends")
    live.compute(_course)
    live.follow(window, x="middle", y="half", across="long", up="one")
    live.follow(before, x="ends", y="flat")
    live.follow(line, x="since", y="share")
    live.read_out("before", "before", ".1%")
    live.read_out("during", "during treatment", ".1%")
    live.read_out("after", "first 1,000 steps after", ".1%")
    live.read_out("later", "2,000 to 3,000 steps after", ".1%")
    live.describe(
        "Before treatment the learners spend {before:.1%} of the time in obsession, during it "
        "{during:.1%}, in the first 1,000 steps after it {after:.1%} and after 3,000 steps "
        "{later:.1%}. In this model it is {course}.",
        caption="Exposure with response prevention raises the time in obsession while it lasts. "
        "What it leaves behind is another matter: read the line after the shaded window.",
        course=(
            "course",
            [
                "better during treatment and after it",
                "worse during treatment and better after it",
                "hardly changed by it",
            ],
        ),
    )
    live.table({"steps since treatment began": "since", "share of time in obsession": "share"})
    return live


@formula(inputs=[Input("level", "s", "share"), Input("at", "t", "place")])
def _level(m):
    m.flat = m.level + 0 * m.at


@formula(
    inputs=[
        Input("before", "s_0", "share before"),
        Input("during", "s_1", "share during"),
        Input("after", "s_2", "share after"),
    ]
)
def _course(m):
    m.course = where(m.after > m.before - 0.03, 2, where(m.during > m.before + 0.03, 1, 0))


def treatments(learners: int = 60, seed: int = 1) -> LivingFigure:
    """Model A: every arm of the treatment panel, one line an arm."""
    return _panel(
        "treatments",
        "Eight courses in model A",
        treatment.ARMS,
        learners,
        seed,
        default="erp_full",
        caption="Worse before better: with ERP the line rises while the compulsion is held back, "
        "and ends lowest but for the combination. What is stopped early comes back.",
    )


def rapid(learners: int = 60, seed: int = 1) -> LivingFigure:
    """Model A: what a rapid-acting treatment could mean, five hypotheses."""
    return _panel(
        "rapid",
        "Hypothesis: what a fast drug could do in model A",
        treatment.RAPID_ARMS,
        learners,
        seed,
        default="hyp_window_then_erp",
        caption="Every line but “ERP alone” is a hypothesis of this course, not a finding. What "
        "lasts is what was learned while the window was open.",
        hypothesis=True,
    )


@cache
def _courses(learners, seed):
    """Time, and share of each block in obsession for every arm: one run costs hardly more for the
    arms of both panels than for those of one."""
    arms = treatment.ARMS | treatment.RAPID_ARMS
    run = treatment.follow(arms, learners=learners, every=EVERY, seed=seed)
    return run.time, dict(zip(arms, run["obsession"].mean(axis=-1).T.round(5), strict=True))


def _panel(id, title, arms, learners, seed, default, caption, hypothesis=False):
    """All `arms` as lines; one is chosen, with its window shaded; bars say what is left after."""
    time, shares = _courses(learners, seed)
    share = np.array([shares[name] for name in arms])
    since = time - ILLNESS
    lasts = np.array([arm.settings.get("treatment_steps", 2000) for arm in arms.values()])
    first, blocks = ILLNESS // EVERY, 1000 // EVERY
    ends = first + lasts // EVERY
    before = share[:, first - blocks : first].mean(axis=1)
    during = np.array(
        [
            s[first:end].mean() if end > first else s[first - 1]
            for s, end in zip(share, ends, strict=True)
        ]
    )
    after = np.array([s[end : end + blocks].mean() for s, end in zip(share, ends, strict=True)])
    later = share[:, -blocks:].mean(axis=1)
    labels = [arm.label for arm in arms.values()]
    with course_style():
        figure, (course, left) = plt.subplots(
            1, 2, figsize=(11, 4.6), width_ratios=[1.35, 1], sharey=False
        )
        hatch = {"hatch": "///", "edgecolor": GRID} if hypothesis else {}
        window = tiles(course, facecolor=SHADE, linewidth=0, zorder=0, **hatch)
        for line in share:
            course.plot(since, line, color=MUTED, linewidth=0.8, alpha=0.6)
        bold = [course.plot(since, line, color=OBSESSION, linewidth=3)[0] for line in share]
        course.set(
            xlim=(-1000, 8000),
            ylim=(0, 0.75),
            xlabel="steps since treatment began",
            ylabel=f"share of {EVERY} steps in obsession",
            title="Time in obsession",
        )
        if hypothesis:
            banner = "HYPOTHESIS: what no paper reports (hatched: while it acts)"
            figure.suptitle(banner, color=BAD, fontweight="bold")
        rows = np.arange(len(arms))
        left.barh(
            rows - 0.18,
            after,
            height=0.36,
            color=OBSESSION,
            label="first 1,000 steps after",
        )
        left.barh(
            rows + 0.18,
            later,
            height=0.36,
            color=PAPER,
            edgecolor=MUTED,
            linewidth=1,
            label="steps 7,000 to 8,000",
        )
        pointer = left.plot([], [], ">", color=INK, markersize=9)[0]
        left.set(
            xlim=(-0.02, max(after.max(), later.max()) * 1.12),
            ylim=(len(arms) - 0.4, -1.5),
            xlabel="share of time in obsession",
            title="What is left",
        )
        left.set_yticks(rows, [_folded(label) for label in labels], fontsize=8)
        left.tick_params(left=False)
        left.legend(loc="upper right", fontsize=8, ncols=1)
    live = LivingFigure(
        id,
        title,
        figure,
        [Choice("arm", "show", tuple(labels), default=list(arms).index(default))],
        constants={
            "before_by_arm": before,
            "during_by_arm": during,
            "after_by_arm": after,
            "later_by_arm": later,
            "lasts_by_arm": lasts,
            "since": since[first - blocks :],
            "high": 0.375,
            "tall": 0.75,
            "pointer_x": -0.009,
        }
        | {f"share_{i}": line[first - blocks :] for i, line in enumerate(share)},
    )
    for name in ("before", "during", "after", "later", "lasts"):
        live.pick(name, f"{name}_by_arm", "arm")
    _settings_of_arm(live, arms)
    live.behind(treatment.treated_learner)
    live.compute(_shown(len(arms)))
    live.compute(_window)
    live.compute(_gain)
    live.follow(window, x="window_at", y="high", across="lasts", up="tall")
    for i, line in enumerate(bold):
        live.follow(line, x="since", y=f"share_{i}", visible=f"shown_{i}")
    live.follow(pointer, x="pointer_x", y="arm")
    live.read_out("before", "before", ".1%")
    live.read_out("during", "during", ".1%")
    live.read_out("after", "first 1,000 steps after", ".1%")
    live.read_out("later", "steps 7,000 to 8,000", ".1%")
    live.describe(
        "Shown: {which}. In this model the learners spend {before:.1%} of the time in obsession "
        "before{treated}, {after:.1%} in the first 1,000 steps after, and {later:.1%} at steps "
        "7,000 to 8,000.",
        caption=caption,
        which=("arm", labels),
        treated=("has_window", ["", ", {during:.1%} during {lasts:d} steps of treatment"]),
    )
    live.table(
        {"steps since treatment began": "since"}
        | dict(zip(labels, [f"share_{i}" for i in range(len(arms))], strict=True))
    )
    return live


def _settings_of_arm(live, arms):
    """Let the settings of the chosen arm be quantities of the figure, by their own names."""
    for name in dict.fromkeys(name for arm in arms.values() for name in arm.settings):
        usual = treatment.treated_learner[name].default
        live.constant(f"{name}_by_arm", [a.settings.get(name, usual) for a in arms.values()])
        live.pick(name, f"{name}_by_arm", "arm")


def _folded(label):
    """A long label on two lines, broken at the blank nearest to its middle."""
    if len(label) < 26:
        return label
    blanks = [i for i, letter in enumerate(label) if letter == " "]
    at = min(blanks, key=lambda i: abs(i - len(label) / 2))
    return label[:at] + "\n" + label[at + 1 :]


def _shown(count):
    """For each of `count` options of the choice `arm`: whether it is the one chosen."""

    def shown(m):
        for i in range(count):
            setattr(m, f"shown_{i}", where(equal(m.arm, i), 1, 0))

    return formula(inputs=[Input("arm", "i", "option chosen")])(shown)


@formula(inputs=[Input("lasts", "T", "steps of treatment")])
def _window(m):
    m.window_at = m.lasts / 2
    m.has_window = where(m.lasts > 0, 1, 0)


@formula(inputs=[Input("before", "s_0", "share before"), Input("later", "s_2", "share later")])
def _gain(m):
    m.gain = m.before - m.later


def rivals_in_treatment(learners: int = 40, seed: int = 1) -> LivingFigure:
    """The same treatment in models A and B, with their two lines side by side."""
    arms = {
        "A": {
            "none": treatment.ARMS["none"],
            "erp_full": treatment.ARMS["erp_full"],
            "corrected": treatment.Arm("memory for bad surprises corrected", {"correction": 1.0}),
        },
        "B": treatment.OPPONENT_ARMS,
    }
    models = {"A": treatment.treated_learner, "B": treatment.treated_opponent}
    labels = ("nothing", "exposure with response prevention (ERP)", "the imbalance corrected")
    constants = {"high": 0.5, "tall": 1, "middle": 1000, "long": 2000}
    first = ILLNESS // EVERY
    with course_style():
        figure, panels = plt.subplots(1, 2, figsize=(10, 3.8), sharey=True)
        bold = {}
        for (name, model), axes in zip(models.items(), panels, strict=True):
            run = treatment.follow(
                arms[name], model, learners=learners, steps=11_000, every=EVERY, seed=seed
            )
            share = run["obsession"].mean(axis=-1).T.round(5)
            since = run.time - ILLNESS
            axes.axvspan(0, 2000, color=SHADE, linewidth=0, zorder=0)
            axes.text(1000, 0.95, "treatment", ha="center", fontsize=9)
            for line in share:
                axes.plot(since, line, color=MUTED, linewidth=0.8, alpha=0.6)
            bold[name] = [axes.plot(since, line, color=OBSESSION, linewidth=3)[0] for line in share]
            axes.set(
                xlim=(-1000, 6000),
                ylim=(0, 1),
                xlabel="steps since treatment began",
                title=f"Model {name}",
            )
            constants |= {f"{name}_{i}": line[first - 2 :] for i, line in enumerate(share)}
            constants[f"{name}_before"] = share[:, first - 2 : first].mean(axis=1)
            constants[f"{name}_during"] = share[:, first : first + 4].mean(axis=1)
            constants[f"{name}_end"] = share[:, -2:].mean(axis=1)
        panels[0].set_ylabel(f"share of {EVERY} steps\nin obsession")
    live = LivingFigure(
        "rivals-in-treatment",
        "One treatment, two models",
        figure,
        [Choice("arm", "show", labels, default=1)],
        constants=constants | {"since": since[first - 2 :]},
    )
    _settings_of_arm(live, arms["A"])
    for model in models.values():
        live.behind(model)
    live.compute(_shown(3))
    for name, lines in bold.items():
        for i, line in enumerate(lines):
            live.follow(line, x="since", y=f"{name}_{i}", visible=f"shown_{i}")
        for when in ("before", "during", "end"):
            live.pick(f"{name}_{when}_now", f"{name}_{when}", "arm")
        live.read_out(f"{name}_end_now", f"model {name}, 5,000 to 6,000 steps on", ".1%")
    live.describe(
        "With {which}, model A goes from {A_before_now:.1%} of the time in obsession to "
        "{A_end_now:.1%} and model B from {B_before_now:.1%} to {B_end_now:.1%}, by 6,000 steps "
        "after treatment began.",
        caption="The models agree on the cycle and part over its treatment: after ERP the line "
        "stays low in model A and climbs back in model B.",
        which=("arm", labels),
    )
    live.table(
        {"steps since treatment began": "since"}
        | {f"model {n}: {label}": f"{n}_{i}" for n in bold for i, label in enumerate(labels)}
    )
    return live


def accommodation(seed: int = 1) -> LivingFigure:
    """Model A when others help the compulsion to succeed: less obsession, many more episodes."""
    chances = np.round(np.arange(0.1, 0.91, 0.1), 1)
    run = cycle.two_traces.run(
        6000,
        learners=60,
        every=1000,
        seed=seed,
        record=["obsession", "visited"],
        relief_chance=chances[:, None],
    )
    share = run["obsession"][-1].mean(axis=-1)
    episodes = 100 * run["visited"][-1, cycle.REACT].mean(axis=-1)
    with course_style():
        figure, (time, count) = plt.subplots(1, 2, figsize=(9, 3.2))
        points = []
        for axes, values, colour, label, top in (
            (time, share, OBSESSION, "share of time in obsession", 0.2),
            (count, episodes, BAD, "episodes in 100 steps", 12),
        ):
            axes.plot(chances, values, "o-", color=colour, markersize=4)
            points.append(axes.plot([], [], "o", **MARKER)[0])
            axes.set(
                xlim=(0, 1),
                ylim=(0, top),
                xlabel="chance that the compulsion brings relief",
                ylabel=label,
            )
    live = LivingFigure(
        "accommodation",
        "When others help the ritual to succeed",
        figure,
        [cycle.RELIEF_CHANCE],
        constants={
            "chances": chances,
            "share_by_chance": share,
            "episodes_by_chance": episodes,
        },
    )
    live.behind(cycle.two_traces)
    live.compute(_which_chance)
    live.pick("share", "share_by_chance", "place")
    live.pick("episodes", "episodes_by_chance", "place")
    live.follow(points[0], x="relief_chance", y="share")
    live.follow(points[1], x="relief_chance", y="episodes")
    live.read_out("share", "time in obsession", ".1%")
    live.read_out("episodes", "episodes in 100 steps", ".1f")
    live.describe(
        "When the compulsion brings relief with a chance of {relief_chance:.1f}, the learners "
        "spend {share:.1%} of the time in obsession and begin {episodes:.1f} episodes in 100 "
        "steps.",
        caption="Relief that works better makes each episode shorter and breeds more of them.",
    )
    live.table(
        {
            "chance of relief": "chances",
            "share of time in obsession": "share_by_chance",
            "episodes in 100 steps": "episodes_by_chance",
        }
    )
    return live


@formula(parameters=[cycle.RELIEF_CHANCE])
def _which_chance(m):
    m.place = floor((m.relief_chance - 0.1) / 0.1 + 0.5)


def extinction() -> LivingFigure:
    """Demo D: the fear of a cue, with the ritual allowed and with it prevented."""
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.6))
        start = protection.TRAINING_TRIALS
        axes.axvspan(start, protection.TRIALS, color=SHADE, linewidth=0, zorder=0)
        axes.text(start - 1, 1.04, "C alone, no harm", ha="right", fontsize=9)
        lines = [
            axes.plot([], [], color=BAD, linewidth=2.5)[0],
            axes.plot([], [], color=GOOD, linewidth=2.5, linestyle="--")[0],
        ]
        axes.legend(lines, ["ritual allowed", "ritual prevented"], loc="lower center", ncols=2)
        axes.set(
            xlim=(0, protection.TRIALS + 1),
            ylim=(0, 1.1),
            xlabel="trial",
            ylabel="harm expected of cue C, $V_C$",
        )
    live = LivingFigure(
        "extinction",
        "Why the ritual protects the fear",
        figure,
        [replace(protection.LEARNING_RATE, low=0.05)],
    )
    for name, ritual in (("allowed", 1.0), ("prevented", 0.0)):
        live.run(
            protection.protection,
            steps=protection.TRIALS,
            mean={f"v_{name}": ("learned", 2), f"r_{name}": ("learned", 3)},
            ritual=ritual,
        )
        live.pick(f"{name}_end", f"v_{name}", -1)
        live.pick(f"{name}_ritual", f"r_{name}", -1)
    live.pick("start", "v_allowed", start - 1)
    live.compute(_trial)
    for line, name in zip(lines, ("allowed", "prevented"), strict=True):
        live.follow(line, x="trial", y=f"v_{name}")
    live.read_out("start", "fear of C before", ".3f")
    live.read_out("allowed_end", "after, ritual allowed", ".3f")
    live.read_out("prevented_end", "after, ritual prevented", ".3f")
    live.describe(
        "Before extinction the learner expects {start:.3f} of the harm from C. After ten trials "
        "without harm it expects {allowed_end:.3f} if it could perform the ritual, and "
        "{prevented_end:.3f} if it could not. The ritual itself is credited with "
        "{allowed_ritual:.3f}.",
        caption="Where the ritual is performed, no harm is expected and none comes: no surprise, "
        "so nothing is unlearned. The ritual takes the credit for safety.",
    )
    live.table(
        {"trial": "trial", "V of C, ritual allowed": "v_allowed", "prevented": "v_prevented"}
    )
    return live


@formula(inputs=[Input("time", "t", "trials so far")])
def _trial(m):
    m.trial = m.time + 1
