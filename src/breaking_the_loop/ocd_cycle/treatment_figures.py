"""The figures of notebook 01 about treatment, and about what a fast drug could mean."""

from __future__ import annotations

from functools import cache

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.ocd_cycle import cycle, treatment
from breaking_the_loop.ocd_cycle.rival_figures import MARKER
from breaking_the_loop.palette import OBSESSION
from looplab.figure.artists import tiles
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.style import BAD, GRID, INK, MUTED, PAPER, SHADE, course_style
from looplab.model.declare import Input, formula
from looplab.model.maths import equal, floor, where

EVERY = 500
ILLNESS = 5000
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
