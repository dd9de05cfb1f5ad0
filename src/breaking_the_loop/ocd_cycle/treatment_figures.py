"""The figures of notebook 01 about treatment, and about what a fast drug could mean.

Lines of many thousand steps are tables: every setting that the controls can take is simulated
when the figure is made, with the same learners and the same draws at all of them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.ocd_cycle import cycle, treatment
from breaking_the_loop.ocd_cycle.rival_figures import MARKER
from breaking_the_loop.ocd_cycle.treatment import Arm
from breaking_the_loop.palette import EXPOSURE, OBSESSION, TABLETS
from looplab.figure.artists import tiles
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import name_lines, number_bars
from looplab.figure.style import BAD, GRID, INK, MUTED, PAPER, SHADE, course_style, line_look
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import where

EVERY = 500
ILLNESS = 5000
BEFORE = 1000 // EVERY
OWN_ILLNESS, OWN_TREATMENT, OWN_STEPS, OWN_EVERY = 4000, 2000, 9000, 250


def own_treatment(seed: int = 1) -> LivingFigure:
    """Model A: fourteen learners under a treatment put together with three sliders."""
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 3.8))
        axes.axvspan(0, OWN_TREATMENT, color=SHADE, linewidth=0, zorder=0)
        before = axes.plot([], [], color=MUTED, linewidth=1, linestyle="--")[0]
        line = axes.plot([], [], color=OBSESSION, linewidth=2.5)[0]
        axes.text(OWN_TREATMENT / 2, 0.93, "treatment", ha="center", color=INK)
        axes.set(
            xlim=(-1000, OWN_STEPS - OWN_ILLNESS),
            ylim=(0, 1),
            xlabel="steps since treatment began",
            ylabel=f"share of {OWN_EVERY} steps\nin obsession",
        )
    since = np.arange(0, OWN_STEPS, OWN_EVERY) + (OWN_EVERY - 1) / 2 - OWN_ILLNESS
    live = LivingFigure(
        "own-treatment",
        "Put a treatment together",
        figure,
        [
            replace(treatment.PREVENTION, default=1.0),
            replace(treatment.EXPOSURE, default=0.1),
            replace(
                treatment.CORRECTION,
                label="drug: how far it corrects the memory for bad surprises",
            ),
        ],
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
            "ERP and the drug": {"prevention": 1, "exposure": 0.1, "correction": 1},
        },
        constants={
            "since": since,
            "in_sight": since > -1000,
            "ends": [-1000, OWN_STEPS - OWN_ILLNESS],
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
    live.compute(_course)
    live.pick("end", "share", -1)
    live.follow(before, x="ends", y="before")
    live.follow(line, x="since", y="share", where="in_sight")
    ends = {"before": ("before", MUTED), "treated": ("end", OBSESSION)}
    name_lines(live, axes, OWN_STEPS - OWN_ILLNESS, ends, gap=0.07)
    live.read_out("before", "before", ".1%")
    live.read_out("during", "during treatment", ".1%")
    live.read_out("after", "first 1,000 steps after", ".1%")
    live.read_out("later", "2,000 to 3,000 steps after", ".1%")
    live.describe(
        "Before treatment the learners spend {before:.1%} of the time in obsession, during it "
        "{during:.1%}, in the first 1,000 steps after it {after:.1%} and after 3,000 steps "
        "{later:.1%}. In this model there is {course}.",
        caption="The time in obsession during a treatment and the time after it are two "
        "questions: read the line inside the shaded window, then after it.",
        course=(
            "course",
            [
                "less of it during treatment and after it",
                "more of it during treatment and less after it",
                "hardly any change after it",
            ],
        ),
    )
    live.table({"steps since treatment began": "since", "share of time in obsession": "share"})
    return live


@formula(
    inputs=[
        Input("before", "s_0", "share before"),
        Input("during", "s_1", "share during"),
        Input("after", "s_2", "share after"),
    ]
)
def _course(m):
    m.course = where(m.after > m.before - 0.03, 2, where(m.during > m.before + 0.03, 1, 0))


LENGTHS = tuple(range(500, 4001, 500))
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
RAMPS = tuple(range(0, 2001, 500))
_OURS = "chosen here; nobody has measured it in steps"


def _steps(name, symbol, label, default, low, help=""):
    return Parameter(
        name, symbol, label, default, low, 4000, 500, _OURS, "assumed", "steps", help=help
    )


HELD_BACK = replace(
    treatment.PREVENTION, name="held_back", label="ERP: share of compulsions held back", default=1.0
)
ERP_STEPS = _steps("erp_steps", "T_{E}", "ERP: how long it lasts", 2000, 500)
DRUG_RAMP = replace(
    _steps("drug_ramp", "T_{S}", "drug: how slowly the correction builds up", 1000, 0),
    high=2000,
    help="0: complete at the first step of treatment.",
)
DRUG_STEPS = _steps("drug_steps", "T_{D}", "drug: how long it lasts", 2000, 500)


def _erp(share, steps):
    return Arm("ERP", {"prevention": share, "exposure": 0.1, "treatment_steps": steps})


def _drug(ramp, steps):
    return Arm("drug", {"correction": 1.0, "ramp_steps": ramp, "treatment_steps": steps})


@cache
def _treated(learners, seed):
    """Time, and the share of each block in obsession: untreated, every ERP, every drug."""
    arms = {"none": treatment.NOTHING}
    arms |= {f"erp {s} {n}": _erp(s, n) for s in SHARES for n in LENGTHS}
    arms |= {f"drug {r} {n}": _drug(r, n) for r in RAMPS for n in LENGTHS}
    run = treatment.follow(arms, learners=learners, every=EVERY, seed=seed, record=("obsession",))
    share = run["obsession"].mean(axis=-1).T.round(5)
    erps = 1 + len(SHARES) * len(LENGTHS)
    return run.time, share[0], share[1:erps], share[erps:]


@formula(
    inputs=[
        Input("erp_later", "s_1", "share long after ERP"),
        Input("drug_later", "s_2", "share long after the drug"),
        Input("none_later", "s_0", "share at that time without treatment"),
    ]
)
def _which_leaves_less(m):
    m.drug_minus_erp = m.drug_later - m.erp_later
    m.leaves_less = where(m.drug_minus_erp > 0.005, 0, where(m.drug_minus_erp < -0.005, 1, 2))
    m.erp_kept = 1 - m.erp_later / m.none_later


def treatments(learners: int = 60, seed: int = 1) -> LivingFigure:
    """Model A under ERP, under the drug and untreated: how much, how long, how fast."""
    time, none, erp, drug = _treated(learners, seed)
    first = ILLNESS // EVERY
    since = (time - ILLNESS)[first - BEFORE :]

    def after(share, lengths):
        ends = [first + steps // EVERY for steps in lengths]
        return [s[end : end + BEFORE].mean() for s, end in zip(share, ends, strict=True)]

    def during(share, lengths):
        return [s[first : first + n // EVERY].mean() for s, n in zip(share, lengths, strict=True)]

    def later(share):
        return share[..., -BEFORE:].mean(axis=-1)

    erp_lengths, drug_lengths = LENGTHS * len(SHARES), LENGTHS * len(RAMPS)
    with course_style():
        figure, (course, left) = plt.subplots(1, 2, figsize=(8.6, 4.0), width_ratios=[1.9, 1])
        windows = [
            tiles(course, facecolor=SHADE, linewidth=0, zorder=0),
            tiles(course, facecolor="none", edgecolor=TABLETS, linewidth=1, linestyle=":"),
        ]
        lines = [
            course.plot([], [], **line_look(colour))[0] for colour in (MUTED, EXPOSURE, TABLETS)
        ]
        course.set(
            xlim=(-1000, 8000),
            ylim=(0, 0.75),
            xlabel="steps since treatment began",
            ylabel=f"share of {EVERY} steps",
            title="Time in obsession",
        )
        rows = np.arange(3)
        bars = left.barh(rows, [0] * 3, height=0.55, color=[MUTED, EXPOSURE, TABLETS])
        left.set(xlim=(0, 0.19), ylim=(2.6, -0.6), xlabel="share of time", title="Left long after")
        left.set_yticks(rows, ["nothing", "ERP", "drug"])
        left.tick_params(left=False)
    live = LivingFigure(
        "treatments",
        "How much, how long, how fast",
        figure,
        [HELD_BACK, ERP_STEPS, DRUG_RAMP, DRUG_STEPS],
        presets={
            "ERP: all, once": {"held_back": 1, "erp_steps": 2000},
            "ERP: half, once": {"held_back": 0.5, "erp_steps": 2000},
            "ERP: half, twice as long": {"held_back": 0.5, "erp_steps": 4000},
            "Drug: at once": {"drug_ramp": 0, "drug_steps": 2000},
            "Drug: slowly": {"drug_ramp": 2000, "drug_steps": 2000},
            "Drug: slowly, twice as long": {"drug_ramp": 2000, "drug_steps": 4000},
        },
        constants={
            "since": since,
            "none": none[first - BEFORE :],
            "none_later": later(none),
            "erp_courses": erp[:, first - BEFORE :].ravel(),
            "drug_courses": drug[:, first - BEFORE :].ravel(),
            "erp_during_by_row": during(erp, erp_lengths),
            "erp_after_by_row": after(erp, erp_lengths),
            "erp_later_by_row": later(erp),
            "drug_after_by_row": after(drug, drug_lengths),
            "drug_later_by_row": later(drug),
            "high": 0.375,
            "tall": 0.75,
            "drug_high": 0.36,
            "drug_tall": 0.72,
        },
    )
    live.row("erp_row", held_back=SHARES, erp_steps=LENGTHS)
    live.row("drug_row", drug_ramp=RAMPS, drug_steps=LENGTHS)
    for name in ("erp", "drug"):
        live.compute(_window, prefix=f"{name}_", lasts=f"{name}_steps")
        live.pick(name, f"{name}_courses", f"{name}_row", size=len(since))
        for when in ("during", "after", "later"):
            if (name, when) != ("drug", "during"):
                live.pick(f"{name}_{when}", f"{name}_{when}_by_row", f"{name}_row")
    live.compute(_which_leaves_less)
    live.behind(
        treatment.treated_learner,
        illness_steps=ILLNESS,
        prevention="held_back",
        exposure=0.1,
        correction=1.0,
        ramp_steps="drug_ramp",
        treatment_steps="erp_steps",
    )
    live.follow(windows[0], x="erp_window_at", y="high", across="erp_steps", up="tall")
    live.follow(windows[1], x="drug_window_at", y="drug_high", across="drug_steps", up="drug_tall")
    for line, name in zip(lines, ("none", "erp", "drug"), strict=True):
        live.follow(line, x="since", y=name)
    live.follow(bars, height=["none_later", "erp_later", "drug_later"])
    ends = {
        "nothing": ("none_later", MUTED),
        "ERP": ("erp_later", EXPOSURE),
        "drug": ("drug_later", TABLETS),
    }
    name_lines(live, course, 8000, ends, gap=0.05)
    number_bars(live, bars, ["none_later", "erp_later", "drug_later"], ".1%", pad=0.022)
    live.read_out("erp_during", "during ERP", ".0%")
    live.read_out("erp_after", "first 1,000 steps after ERP", ".1%")
    live.read_out("drug_after", "first 1,000 steps after the drug", ".1%")
    live.describe(
        "ERP with {held_back:.0%} of the compulsions held back lasts {erp_steps:d} steps; in this "
        "model {erp_later:.1%} of the time at steps 7,000 to 8,000 is spent in obsession, against "
        "{none_later:.1%} without treatment. The drug lasts {drug_steps:d} steps, its correction "
        "builds up over {drug_ramp:d}; {drug_later:.1%} is left. At these settings {less}.",
        caption="Shaded: ERP; dotted: the drug. What is left long after depends on how much is "
        "held back, how long, and how fast the drug's correction comes; all four are settings.",
        less=(
            "leaves_less",
            ["ERP leaves less", "the drug leaves less", "the two leave about the same"],
        ),
    )
    live.table(
        {
            "steps since treatment began": "since",
            "nothing": "none",
            "ERP": "erp",
            "drug": "drug",
        }
    )
    return live


RAPID_NAMES = (
    "ERP alone",
    "H1 quiet",
    "H2 window",
    "H3 window, ERP",
    "H4 ×1.5, ERP",
    "H4 ×2, ERP",
    "H4 ×3, ERP",
    "H5 erase",
)
RAPID_CODES = ("ERP", "H1", "H2", "H3", "H4 ×1.5", "H4 ×2", "H4 ×3", "H5")


def rapid(learners: int = 60, seed: int = 1) -> LivingFigure:
    """Model A: what a rapid-acting treatment could mean, five hypotheses."""
    arms = treatment.RAPID_ARMS
    run = treatment.follow(arms, learners=learners, every=EVERY, seed=seed, record=("obsession",))
    share = run["obsession"].mean(axis=-1).T.round(5)
    since = run.time - ILLNESS
    lasts = np.array([arm.settings.get("treatment_steps", 2000) for arm in arms.values()])
    first = ILLNESS // EVERY
    ends = first + lasts // EVERY
    before = share[:, first - BEFORE : first].mean(axis=1)
    during = np.array(
        [
            s[first:end].mean() if end > first else s[first - 1]
            for s, end in zip(share, ends, strict=True)
        ]
    )
    after = np.array([s[end : end + BEFORE].mean() for s, end in zip(share, ends, strict=True)])
    later = share[:, -BEFORE:].mean(axis=1)
    labels = [arm.label for arm in arms.values()]
    rows = np.arange(len(arms))
    with course_style():
        figure, (course, left) = plt.subplots(1, 2, figsize=(8.8, 4.6), width_ratios=[1.25, 1])
        window = tiles(course, facecolor=SHADE, linewidth=0, zorder=0, hatch="///", edgecolor=GRID)
        for line in share:
            course.plot(since, line, color=MUTED, linewidth=0.8, alpha=0.6)
        bold = course.plot([], [], color=OBSESSION, linewidth=3)[0]
        course.set(
            xlim=(-1000, 8000),
            ylim=(0, 0.75),
            xlabel="steps since treatment began",
            ylabel=f"share of {EVERY} steps",
            title="Time in obsession",
        )
        free = -1.0
        for row in np.argsort(share[:, -1], kind="stable"):
            free = max(free + 0.04, share[row, -1])
            course.text(8100, free, RAPID_CODES[row], va="center", color=MUTED)
        banner = "HYPOTHESIS: what no paper reports (hatched: while it acts)"
        figure.suptitle(banner, color=BAD, fontweight="bold")
        left.barh(rows - 0.2, after, height=0.36, color=OBSESSION)
        left.barh(rows + 0.2, later, height=0.36, color=PAPER, edgecolor=OBSESSION, linewidth=1.2)
        for place, values in ((-0.2, after), (0.2, later)):
            for row, value in zip(rows, values, strict=True):
                left.text(value + 0.006, row + place, f"{value:.1%}", va="center", fontsize=10)
        widest = float(max(after.max(), later.max()))
        for row, meaning in ((2.7, "filled: right after"), (3.3, "open: long after")):
            left.text(widest * 1.22, row, meaning, ha="right", va="center", color=MUTED)
        pointer = left.plot([], [], ">", color=INK, markersize=9)[0]
        left.set(
            xlim=(-0.018, widest * 1.25),
            ylim=(len(arms) - 0.4, -0.6),
            xlabel="share of time in obsession",
            title="What is left",
        )
        left.set_yticks(rows, RAPID_NAMES)
        left.tick_params(left=False)
    live = LivingFigure(
        "rapid",
        "Hypothesis: what a fast drug could do in model A",
        figure,
        [Choice("arm", "show", tuple(labels), default=list(arms).index("hyp_window_then_erp"))],
        constants={
            "before_by_arm": before,
            "during_by_arm": during,
            "after_by_arm": after,
            "later_by_arm": later,
            "lasts_by_arm": lasts,
            "since": since[first - BEFORE :],
            "courses": share[:, first - BEFORE :].ravel(),
            "high": 0.375,
            "tall": 0.75,
            "pointer_x": -0.009,
            "lines_end": 8000,
        },
    )
    for name in ("before", "during", "after", "later", "lasts"):
        live.pick(name, f"{name}_by_arm", "arm")
    live.pick("course", "courses", "arm", size=len(since) - first + BEFORE)
    live.pick("end", "course", -1)
    _settings_of_arm(live, arms)
    live.behind(treatment.treated_learner)
    live.compute(_window)
    live.follow(window, x="window_at", y="high", across="lasts", up="tall")
    live.follow(bold, x="since", y="course")
    live.follow(pointer, x="pointer_x", y="arm")
    live.read_out("before", "before", ".1%")
    live.read_out("during", "during", ".1%")
    live.read_out("after", "first 1,000 steps after", ".1%")
    live.read_out("later", "steps 7,000 to 8,000", ".1%")
    live.describe(
        "Shown: {which}. In this model the learners spend {before:.1%} of the time in obsession "
        "before{treated}, {after:.1%} in the first 1,000 steps after, and {later:.1%} at steps "
        "7,000 to 8,000.",
        caption="Every line but “ERP alone” is a hypothesis of this course, not a finding. Compare "
        "what is left right after with what is left long after.",
        which=("arm", labels),
        treated=("has_window", ["", ", {during:.1%} during {lasts:d} steps of treatment"]),
    )
    live.table({"steps since treatment began": "since", "share of time in obsession": "course"})
    return live


def _settings_of_arm(live, arms):
    """Let the settings of the chosen arm be quantities of the figure, by their own names."""
    for name in dict.fromkeys(name for arm in arms.values() for name in arm.settings):
        usual = treatment.treated_learner[name].default
        live.constant(f"{name}_by_arm", [a.settings.get(name, usual) for a in arms.values()])
        live.pick(name, f"{name}_by_arm", "arm")


@formula(inputs=[Input("lasts", "T", "steps of treatment")])
def _window(m):
    m.window_at = m.lasts / 2
    m.has_window = where(m.lasts > 0, 1, 0)


RIVALS_ILLNESS, RIVALS_STEPS = 4000, 12_000
FORGETTINGS = (0.0, 0.0001, 0.0003, 0.001)
RIVAL_SHARES, RIVAL_LENGTHS = (0.5, 1.0), (2000, 4000)


@cache
def _rivals(learners, seed):
    """Time, and the share of each block in obsession by model: (forgetting, course) in a row."""
    arms = {}
    for forgetting in FORGETTINGS:
        courses = [treatment.NOTHING]
        courses += [_erp(share, steps) for share in RIVAL_SHARES for steps in RIVAL_LENGTHS]
        for i, course in enumerate(courses):
            arms[forgetting, i] = replace(
                course, settings=dict(course.settings) | {"forgetting": forgetting}
            )
    given = {"steps": RIVALS_STEPS, "illness_steps": RIVALS_ILLNESS, "record": ("obsession",)}
    found = {}
    for name, model in RIVAL_MODELS.items():
        run = treatment.follow(arms, model, learners=learners, every=EVERY, seed=seed, **given)
        found[name] = run["obsession"].mean(axis=-1).T.round(5)
    return run.time, found


RIVAL_MODELS = {"A": treatment.treated_learner, "B": treatment.treated_opponent}


@formula(
    inputs=[
        Input("left", "s_1", "share in the third thousand after ERP"),
        Input("untreated", "s_0", "share at that time without treatment"),
        Input("early", "s_2", "share in the first thousand of ERP"),
        Input("late", "s_3", "share in the second thousand of ERP"),
    ]
)
def _what_is_left(m):
    m.back = m.left / m.untreated
    m.slope = m.late - m.early
    m.way = where(m.slope < -0.01, 0, where(m.slope > 0.02, 2, 1))


def rivals_in_treatment(learners: int = 60, seed: int = 1) -> LivingFigure:
    """ERP in models A and B at equal forgetting, with the untreated course of each beside it."""
    time, share = _rivals(learners, seed)
    first = RIVALS_ILLNESS // EVERY
    since = (time - RIVALS_ILLNESS)[first - BEFORE :]
    lengths = [0] + [n for _ in RIVAL_SHARES for n in RIVAL_LENGTHS]
    # The third thousand steps after ERP, of ERP and, at that time, of no treatment.
    third = [(i, first + (n + 2000) // EVERY) for i, n in enumerate(lengths) if i]
    constants = {"since": since, "high": 0.5, "tall": 1.0, "forgettings": FORGETTINGS}
    constants["lengths"] = RIVAL_LENGTHS
    for name, table in share.items():
        rows = table.reshape(len(FORGETTINGS), len(lengths), -1)
        courses = rows[..., first - BEFORE :]
        constants[f"{name}_untreated_courses"] = courses[:, 0].ravel()
        constants[f"{name}_courses"] = courses[:, 1:].ravel()
        spans = {
            "left": [[r[i, at : at + 2].mean() for i, at in third] for r in rows],
            "untreated": [[r[0, at : at + 2].mean() for _, at in third] for r in rows],
            "early": rows[:, 1:, first : first + 2].mean(axis=-1),
            "late": rows[:, 1:, first + 2 : first + 4].mean(axis=-1),
        }
        constants |= {f"{name}_{span}_by_row": np.ravel(values) for span, values in spans.items()}
    with course_style():
        figure, panels = plt.subplots(1, 2, figsize=(8.8, 3.9), sharey=True)
        windows, pale, bold = [], [], []
        for name, axes in zip(share, panels, strict=True):
            windows.append(tiles(axes, facecolor=SHADE, linewidth=0, zorder=0))
            pale.append(axes.plot([], [], **line_look(MUTED))[0])
            bold.append(axes.plot([], [], **line_look(EXPOSURE))[0])
            axes.text(100, 0.94, "ERP", color=EXPOSURE)
            axes.set(
                xlim=(-1000, 10_400),
                ylim=(0, 1),
                xlabel="steps since treatment began",
                title=f"Model {name}",
            )
            axes.set_xticks([0, 2000, 4000, 6000, 8000])
        panels[0].set_ylabel(f"share of {EVERY} steps\nin obsession")
    live = LivingFigure(
        "rivals-in-treatment",
        "One treatment, two models, one forgetting",
        figure,
        [
            Choice(
                "forgotten",
                "forgetting, share of what was learned lost at each step",
                tuple(f"{f:g}" for f in FORGETTINGS),
                default=3,
                help="The same in both models.",
            ),
            Choice("held", "compulsions held back", ("half", "all"), default=1),
            Choice("long", "how long ERP lasts (steps)", ("2,000", "4,000")),
        ],
        constants=constants,
    )
    choices = {"held": range(len(RIVAL_SHARES)), "long": range(len(RIVAL_LENGTHS))}
    live.row("erp_row", forgotten=range(len(FORGETTINGS)), **choices)
    live.pick("forgetting", "forgettings", "forgotten")
    live.pick("lasts", "lengths", "long")
    live.compute(_window)
    for name, window, none, line, axes in zip(share, windows, pale, bold, panels, strict=True):
        live.pick(f"{name}_none", f"{name}_untreated_courses", "forgotten", size=len(since))
        live.pick(f"{name}_erp", f"{name}_courses", "erp_row", size=len(since))
        spans = ("left", "untreated", "early", "late")
        for span in spans:
            live.pick(f"{name}_{span}", f"{name}_{span}_by_row", "erp_row")
        live.compute(_what_is_left, prefix=f"{name}_", **{span: f"{name}_{span}" for span in spans})
        live.pick(f"{name}_none_end", f"{name}_none", -1)
        live.pick(f"{name}_erp_end", f"{name}_erp", -1)
        live.behind(RIVAL_MODELS[name], illness_steps=RIVALS_ILLNESS)
        live.follow(window, x="window_at", y="high", across="lasts", up="tall")
        live.follow(none, x="since", y=f"{name}_none")
        live.follow(line, x="since", y=f"{name}_erp")
        ends = {
            "untreated": (f"{name}_none_end", MUTED),
            "after ERP": (f"{name}_erp_end", EXPOSURE),
        }
        name_lines(live, axes, 8000, ends, gap=0.08)
        live.read_out(f"{name}_left", f"model {name}, third thousand after ERP", ".1%")
        live.read_out(f"{name}_untreated", f"model {name}, then, untreated", ".1%")
        live.read_out(
            f"{name}_slope", f"model {name}, during ERP, second less first thousand", "+.3f"
        )
    ways = ["falls", "stays about level", "rises"]
    live.describe(
        "Forgetting {forgetting:.4f} a step in both models. In the third thousand steps after "
        "ERP, model A spends {A_left:.1%} of the time in obsession, against {A_untreated:.1%} "
        "untreated, and model B {B_left:.1%} against {B_untreated:.1%}. From the first to the "
        "second thousand steps of ERP the line {A_goes} in A and {B_goes} in B.",
        caption="Forgetting is the same in both panels. Compare the two models only at equal "
        "settings: what is left after ERP moves with forgetting and length in each of them.",
        A_goes=("A_way", ways),
        B_goes=("B_way", ways),
    )
    live.table(
        {"steps since treatment began": "since"}
        | {
            f"model {name}: {label}": f"{name}_{of}"
            for name in share
            for of, label in (("none", "untreated"), ("erp", "ERP"))
        }
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
    live.row("place", relief_chance=chances)
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
        caption="Relief that works better makes each episode shorter and brings more of them. "
        "Neither number is severity.",
    )
    live.table(
        {
            "chance of relief": "chances",
            "share of time in obsession": "share_by_chance",
            "episodes in 100 steps": "episodes_by_chance",
        }
    )
    return live
