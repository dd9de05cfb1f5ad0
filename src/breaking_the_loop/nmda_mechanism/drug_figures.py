"""The figures of notebook 02 on the drug: plasma, magnesium, potency, trapping, measures."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import offset_copy

from breaking_the_loop.nmda_mechanism import ketamine, nmda
from breaking_the_loop.nmda_mechanism.ketamine import CLEMENTS, DOMINO, MOLAR_MASS, micromolar
from breaking_the_loop.palette import KETAMINE
from looplab.figure.controls import Choice, Logarithmic
from looplab.figure.figure import LivingFigure
from looplab.figure.style import GOOD, INK, MUTED, PAPER, SHADE, course_style
from looplab.model.declare import Formula, Input, formula
from looplab.model.maths import equal, where

NOT_DOSING = "Not a dosing tool"
DOSE = replace(ketamine.DOSE, low=0.1)
KINETICS = Choice(
    "kinetics",
    "plasma model",
    ("Clements & Nimmo 1981", "Domino 1982/1984"),
    help="Two published models of the same drug in adults.",
)
MEASURE = Choice(
    "measure",
    "what is called block",
    tuple(nmda.MEASURES.values()),
    default=list(nmda.MEASURES).index("nr2a"),
    help="The same drug level is read in eight ways; only losses of current act on the circuit.",
)
SHORT_MEASURES = (
    "occupied, ex vivo (rat)",
    "occupied, from on/off rates",
    "current lost, −70 mV, no Mg",
    "current lost, −55 mV, Mg (model)",
    "current lost, 2A, Mg†",
    "current lost, 2B, Mg†",
    "current lost, 2C, Mg†",
    "current lost, 2D, Mg†",
)
LEVELS = (1, 10, 100, 1000, 10000)
LOWEST_LEVEL = 0.3


def _plain(value, _=None):
    return f"{value:,.10g}"


def level_axis(axes):
    """A logarithmic axis of plasma levels in ng/mL, and the same in µM on the right."""
    axes.set(yscale="log", ylim=(LOWEST_LEVEL, 14000), ylabel="plasma level, ng/mL")
    axes.set_yticks(LEVELS)
    axes.yaxis.set_major_formatter(FuncFormatter(_plain))
    axes.minorticks_off()
    right = axes.secondary_yaxis(
        "right", functions=(micromolar, lambda um: um * MOLAR_MASS.default)
    )
    right.set_ylabel("µM")
    right.set_yticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
    right.minorticks_off()
    right.spines["right"].set_visible(True)


def foot(figure, text):
    figure.supxlabel(text, x=0.01, ha="left", fontsize=10, color=MUTED)


@formula(
    inputs=[
        Input("dose", "D", "dose", "mg/kg"),
        Input("duration", "T", "length of the infusion", "min"),
    ]
)
def _moments(m):
    """Whether a published level applies."""
    off = (m.dose - ketamine.DOSE.default) ** 2 + (m.duration - ketamine.DURATION.default) ** 2
    m.published = where(off < 1e-6, 1, 0)


@formula(inputs=[Input("peak", "C", "level", "ng/mL")], parameters=[MOLAR_MASS])
def _chosen_level(m):
    m.peak_um = micromolar(m.peak, m.molar_mass)


def _name_models(live, axes, at, quantity):
    """Write each plasma model's name on its line: the slower one's above, the other's below."""
    for name, title, side, end, away in (
        ("clements", "Clements & Nimmo", "bottom", "left", 2),
        ("domino", "Domino", "top", "right", -3),
    ):
        live.pick(f"{name}_named", f"{name}_{quantity}", at)
        beside = offset_copy(axes.transData, axes.figure, y=away, units="points")
        text = axes.text(at, 1, title, color=KETAMINE, ha=end, va=side, transform=beside)
        live.write(text, title, y=f"{name}_named")


def plasma() -> LivingFigure:
    """Two published plasma models of the same infusion, and the levels reported for it."""
    with course_style():
        figure, axes = plt.subplots(figsize=(8.5, 4.2))
        band = axes.fill([0, 360, 360, 0], [100, 100, 250, 250], color=SHADE, zorder=0)[0]
        reported = axes.plot([40], [185], "D", color=INK, markersize=8, zorder=5)[0]
        notes = [
            axes.text(352, 112, "reported: 100 to 250 ng/mL", ha="right", color=MUTED),
            axes.text(48, 265, "reported: 185 ng/mL at 40 min", color=INK),
        ]
        clements = axes.plot([], [], color=KETAMINE)[0]
        domino = axes.plot([], [], color=KETAMINE, linestyle=(0, (5, 2)))[0]
        axes.set(xlim=(0, 360), xlabel="minutes since the infusion began")
        axes.set_xticks(range(0, 361, 60))
        level_axis(axes)
        axes.text(6, 0.42, "not a dosing tool", color=MUTED)
    live = LivingFigure(
        "plasma",
        "How much drug is in the plasma",
        figure,
        [DOSE, ketamine.DURATION, ketamine.WEIGHT, KINETICS],
        presets={
            "The published infusion": {"dose": 0.5, "duration": 40},
            "Same amount, 2 minutes": {"dose": 0.5, "duration": 2},
            "Same amount, 2 hours": {"dose": 0.5, "duration": 120},
        },
        constants={
            "minutes": np.arange(1.0, 361.0),
            "clements_widths": [3, 1.3],
            "domino_widths": [1.3, 3],
        },
    )
    live.compute(_moments)
    for model, prefix in ((CLEMENTS, "clements"), (DOMINO, "domino")):
        live.compute(ketamine.plasma(model), prefix=f"{prefix}_", t="minutes")
        live.compute(ketamine.plasma(model), prefix=f"{prefix}_end_", t="duration")
    live.either("peak", ["clements_end_level", "domino_end_level"], "kinetics")
    live.compute(_chosen_level)
    for name in ("clements", "domino"):
        live.pick(f"{name}_width", f"{name}_widths", "kinetics")
    _name_models(live, axes, 280, "level")
    live.follow(clements, x="minutes", y="clements_level", width="clements_width")
    live.follow(domino, x="minutes", y="domino_level", width="domino_width")
    for artist in (band, reported, *notes):
        live.follow(artist, visible="published")
    live.read_out("peak", "level at the end", ".0f", "ng/mL")
    live.read_out("peak_um", "the same", ".2f", "µM")
    live.describe(
        "At the end of the infusion the plasma level is {clements_end_level:.0f} ng/mL in the "
        "model of Clements & Nimmo and {domino_end_level:.0f} ng/mL in that of Domino.",
        caption="For the published infusion two models lie on either side of the reported peak. "
        "Body weight moves neither: dose and volume both grow with it.",
        stamp=NOT_DOSING,
    )
    live.table(
        {
            "minute": "minutes",
            "Clements & Nimmo (ng/mL)": "clements_level",
            "Domino (ng/mL)": "domino_level",
        }
    )
    return live


@formula(
    inputs=[
        Input("duration", "T", "length of the infusion", "min"),
        Input("after_end", "s", "time since it ended", "min"),
    ]
)
def _clock(m):
    m.at = m.duration + m.after_end


@formula(
    inputs=[
        Input("fell_level", "C", "level", "ng/mL"),
        Input("end_level", "C_T", "level at the end"),
    ]
)
def _of_the_end(m):
    m.left = 100 * m.fell_level / m.end_level


def washout() -> LivingFigure:
    """What is left of the level after the infusion has ended, in both models."""
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 3.4))
        lines = [
            axes.plot([], [], color=KETAMINE, linewidth=3)[0],
            axes.plot([], [], color=KETAMINE, linestyle=(0, (5, 2)))[0],
        ]
        axes.axvline(20, color=MUTED, linewidth=0.8)
        axes.set(
            xlim=(0, 240),
            ylim=(0, 100),
            xlabel="minutes since the infusion ended",
            ylabel="plasma level, % of that at the end",
        )
        axes.set_xticks([0, 20, 60, 120, 180, 240])
    live = LivingFigure(
        "washout",
        "What is left when the pump stops",
        figure,
        [ketamine.DURATION],
        constants={"after_end": np.arange(241.0)},
    )
    live.compute(_clock)
    for model, name, line in zip((CLEMENTS, DOMINO), ("clements", "domino"), lines, strict=True):
        live.compute(ketamine.plasma(model), prefix=f"{name}_", t="at")
        live.compute(ketamine.plasma(model), prefix=f"{name}_end_", t="duration")
        live.compute(
            _of_the_end,
            prefix=f"{name}_",
            fell_level=f"{name}_level",
            end_level=f"{name}_end_level",
        )
        live.pick(f"{name}_20", f"{name}_left", 20)
        live.follow(line, x="after_end", y=f"{name}_left")
    _name_models(live, axes, 150, "left")
    live.read_out("clements_20", "after 20 minutes, Clements & Nimmo", ".0f", "%")
    live.read_out("domino_20", "Domino", ".0f", "%")
    live.describe(
        "After an infusion of {duration:.0f} minutes, {clements_20:.0f} % of the level is left "
        "twenty minutes later in one published model and {domino_20:.0f} % in the other.",
        caption="Fitting one peak does not fix the curve. Arterial and venous samples differ, too.",
        stamp=NOT_DOSING,
    )
    live.table(
        {
            "minutes after the end": "after_end",
            "Clements & Nimmo (%)": "clements_left",
            "Domino (%)": "domino_left",
        }
    )
    return live


def magnesium() -> LivingFigure:
    """How much of the NMDA receptor magnesium leaves open, at each voltage."""
    volts = np.arange(-90.0, 41.0)
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 3.6))
        for mg in (0.5, 1.0, 2.0):
            found = nmda.receptor_over_voltage.evaluate(
                voltage=volts, magnesium=mg, concentration=0
            )
            opened = 100 * found["unblocked"]
            axes.plot(volts, opened, color=MUTED, linewidth=1.2)
            half = np.interp(56, opened, volts)
            axes.text(half - 2, 54, f"{mg:g} mM", color=MUTED, ha="right")
        line = axes.plot([], [], color=GOOD, linewidth=3)[0]
        dot = axes.plot([0], [50], "o", color=GOOD, markersize=11, markeredgecolor=INK)[0]
        axes.set(
            xlim=(-90, 40),
            ylim=(0, 104),
            xlabel="membrane voltage, mV",
            ylabel="channels left open, %",
        )
    live = LivingFigure(
        "magnesium",
        "Magnesium is the first blocker",
        figure,
        [nmda.VOLTAGE, nmda.MAGNESIUM],
        presets={"At rest": {"voltage": -70}, "No magnesium": {"magnesium": 0}},
        constants={"volts": volts},
    )
    live.compute(nmda.receptor_over_voltage, prefix="over_", voltage="volts", concentration=0)
    live.compute(nmda.receptor, concentration=0)
    live.compute(in_percent("open_curve", "over_unblocked"))
    live.compute(in_percent("open_now", "unblocked"))
    live.follow(line, x="volts", y="open_curve")
    live.follow(dot, x="voltage", y="open_now")
    live.read_out("open_now", "channels left open", ".1f", "%")
    live.describe(
        "At {voltage:.0f} mV with {magnesium:.1f} mM magnesium, {open_now:.1f} % of the NMDA "
        "channels are open to current.",
        caption="At rest, magnesium as in the brain (1 mM) blocks nearly all NMDA channels. They "
        "open when the cell is already excited, which makes a memory of a firing pool possible.",
    )
    live.table({"voltage (mV)": "volts", "channels left open (%)": "open_curve"})
    return live


def in_percent(name, of):
    """A formula that gives the fraction `of` in percent, under `name`."""

    def percent(m):
        setattr(m, name, 100 * getattr(m, of))

    return Formula(percent, f"{name}_in_percent", inputs=(Input(of, "x", "a fraction"),))


@formula(
    inputs=[
        Input("free_ic50", "IC_0", "IC50 without magnesium", "µM"),
        Input("now_ic50", "IC", "IC50", "µM"),
    ]
)
def _weaker(m):
    m.weaker = m.now_ic50 / m.free_ic50


def potency() -> LivingFigure:
    """Ketamine's IC50 against voltage, and the block it gives, with and without magnesium."""
    volts = np.arange(-90.0, 41.0)
    with course_style():
        figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.9))
        for mg, at, above in ((0.0, -58, 0.7), (1.0, -88, 0.42), (2.0, -78, 1.15)):
            ic50 = nmda.receptor_over_voltage.evaluate(voltage=volts, magnesium=mg, concentration=0)
            left.plot(volts, ic50["ic50"], color=MUTED, linewidth=1.2)
            height = ic50["ic50"][int(at + 90)]
            left.text(at, height * above, f"{mg:g} mM Mg", color=MUTED)
        line = left.plot([], [], color=GOOD, linewidth=3)[0]
        dot = left.plot([0], [10], "o", color=GOOD, markersize=11, markeredgecolor=INK)[0]
        left.set(
            xlim=(-90, 40),
            yscale="log",
            ylim=(0.3, 110),
            xlabel="membrane voltage, mV",
            ylabel="ketamine that halves the current, µM",
        )
        curve = right.plot([], [], color=KETAMINE, linewidth=3)[0]
        here = right.plot([1], [50], "o", color=KETAMINE, markersize=11, markeredgecolor=INK)[0]
        right.axvspan(0.22, 0.56, color=SHADE, zorder=0)
        right.text(0.35, 93, "published\ninfusions", ha="center", va="top", color=MUTED)
        right.set(
            xscale="log",
            xlim=(0.01, 30),
            ylim=(0, 100),
            xlabel="unbound ketamine, µM",
            ylabel="current lost, %",
        )
        for axes, axis in ((left, "y"), (right, "x")):
            getattr(axes, f"{axis}axis").set_major_formatter(FuncFormatter(_plain))
    live = LivingFigure(
        "potency",
        "Two blockers, one channel",
        figure,
        [nmda.VOLTAGE, nmda.MAGNESIUM, Logarithmic(replace(nmda.CONCENTRATION, low=0.01))],
        presets={
            "No magnesium": {"magnesium": 0},
            "1 mM": {"magnesium": 1},
            "2 mM": {"magnesium": 2},
        },
        constants={"volts": volts, "doses": np.logspace(-2, np.log10(30), 120)},
    )
    live.compute(nmda.receptor_over_voltage, prefix="volt_", voltage="volts")
    live.compute(nmda.receptor_over_concentration, prefix="dose_", concentration="doses")
    live.compute(nmda.receptor, prefix="now_")
    live.compute(nmda.receptor, prefix="free_", magnesium=0)
    live.compute(_weaker)
    live.compute(in_percent("curve", "dose_block"))
    live.compute(in_percent("lost", "now_block"))
    live.follow(line, x="volts", y="volt_ic50")
    live.follow(dot, x="voltage", y="now_ic50")
    live.follow(curve, x="doses", y="curve")
    live.follow(here, x="concentration", y="lost")
    live.read_out("now_ic50", "ketamine that halves the current", ".1f", "µM")
    live.read_out("weaker", "times what it is without magnesium", ".1f")
    live.read_out("lost", "current lost", ".1f", "%")
    live.describe(
        "At {voltage:.0f} mV with {magnesium:.1f} mM magnesium, {now_ic50:.1f} µM ketamine halve "
        "the current, {weaker:.1f} times as much as without magnesium. {concentration:.2f} µM "
        "take away {lost:.1f} %.",
        caption="Magnesium sits in the same pore, so with more of it ketamine blocks less. That "
        "the two terms multiply is an assumption made here.",
    )
    live.table({"unbound ketamine (µM)": "doses", "current lost (%)": "curve"})
    return live


_SETTLING_AT = 0.4


@formula(parameters=[nmda.ACTIVITY, nmda.ON_RATE, nmda.OFF_RATE])
def _settling(m):
    """How fast the guarded receptor settles at 0.4 µM, in minutes."""
    m.settling = 1 / (m.activity * (m.on_rate * _SETTLING_AT + m.off_rate)) / 60


def trapping() -> LivingFigure:
    """Use dependence: the drug enters and leaves only while the channel is in use."""
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 3.6))
        rest = axes.plot([], [], color=MUTED, linestyle=(0, (4, 2)), linewidth=1.5)[0]
        line = axes.plot([], [], color=KETAMINE, linewidth=3)[0]
        axes.axvspan(0, 40, color=SHADE, zorder=0)
        axes.text(20, 28, "infusion", ha="center", color=MUTED)
        axes.text(90, 16.5, "dashed: settled at every moment", color=MUTED)
        axes.set(
            xlim=(0, 240),
            ylim=(0, 30),
            xlabel="minutes since the infusion began",
            ylabel="receptors holding ketamine, %",
        )
        axes.set_xticks(range(0, 241, 40))
    live = LivingFigure(
        "trapping",
        "A receptor must be used to be blocked",
        figure,
        [Logarithmic(nmda.ACTIVITY)],
        presets={
            "Always in use": {"activity": 1},
            "In use 1 % of the time": {"activity": 0.01},
            "0.1 %": {"activity": 0.001},
        },
        constants={"minutes": np.arange(241.0)},
    )
    live.run(
        nmda.guarded_receptor(CLEMENTS), duration=240, step=0.05, every=20, each={"bound": "bound"}
    )
    live.compute(_settling)
    live.compute(nmda.chain(CLEMENTS), prefix="settled_", t="minutes")
    live.compute(in_percent("held", "bound"))
    live.compute(in_percent("settled", "settled_kinetic"))
    live.pick("at_end", "held", 40)
    live.pick("at_4_h", "held", -1)
    live.follow(rest, x="minutes", y="settled")
    live.follow(line, x="minutes", y="held")
    live.read_out("at_end", "held at 40 minutes", ".1f", "%")
    live.read_out("at_4_h", "held at 4 hours", ".1f", "%")
    live.read_out("settling", "time to settle", ".1f", "min")
    live.describe(
        "With the channel in use {activity:.3f} of the time, a receptor needs about "
        "{settling:.1f} minutes to settle. {at_end:.1f} % hold ketamine at 40 minutes and "
        "{at_4_h:.1f} % at 4 hours.",
        caption="A receptor that is rarely used fills late and empties late: the drug passes only "
        "through an open channel, in and out.",
    )
    live.table({"minute": "minutes", "holding ketamine (%)": "held"})
    return live


def _measure_percents(prefix):
    """All eight measures of `prefix` in percent, and each where it is the one chosen."""

    def percents(m):
        for place, name in enumerate(nmda.MEASURES):
            setattr(m, f"pc_{name}", 100 * getattr(m, f"{prefix}{name}"))
            picked = where(equal(m.measure, place), getattr(m, f"pc_{name}"), 0)
            setattr(m, f"picked_{name}", picked)

    inputs = [Input(f"{prefix}{name}", "b", label) for name, label in nmda.MEASURES.items()]
    return Formula(
        percents, f"{prefix}percents", inputs=(Input("measure", "k", "measure"), *inputs)
    )


def measures() -> LivingFigure:
    """Eight readings of the same drug level: occupied receptors and lost current."""
    names = list(nmda.MEASURES)
    with course_style():
        figure, (bars_axes, time) = plt.subplots(1, 2, figsize=(9.6, 4.3), width_ratios=[1.25, 1])
        bars = bars_axes.barh(
            SHORT_MEASURES, [1.0] * 8, color=SHADE, edgecolor=MUTED, linewidth=1, height=0.6
        )
        picked = bars_axes.barh(SHORT_MEASURES, [1.0] * 8, color=KETAMINE, height=0.6)
        domino = bars_axes.plot(
            [1.0] * 8, range(8), "D", color=PAPER, markeredgecolor=INK, markersize=7
        )[0]
        bars_axes.set(xlim=(0, 140), ylim=(7.5, -1), xlabel="% at the end of the infusion")
        bars_axes.set_xticks(range(0, 101, 20))
        bars_axes.tick_params(left=False)
        bars_axes.text(138, -0.62, "bar: Clements & Nimmo;  ◇: Domino", ha="right", color=MUTED)
        others = [time.plot([], [], color=MUTED, linewidth=0.8)[0] for _ in names]
        chosen = time.plot([], [], color=KETAMINE, linewidth=3)[0]
        time.set(
            xlim=(0, 240),
            ylim=(0, 100),
            xlabel="minutes since the infusion began",
            ylabel="% (thick: the measure chosen)",
        )
        time.set_xticks(range(0, 241, 40))
        time.text(236, 95, "100 % would be “switched off”", ha="right", color=MUTED)
        foot(figure, NOT_DOSING)
    live = LivingFigure(
        "measures",
        "What “block” can mean",
        figure,
        [DOSE, ketamine.DURATION, nmda.UNBOUND_FRACTION, MEASURE],
        constants={"minutes": np.arange(1.0, 241.0), "rows": np.arange(8.0)},
    )
    for model, prefix in ((CLEMENTS, "clements_"), (DOMINO, "domino_")):
        live.compute(nmda.chain(model), prefix=prefix, t="duration")
        live.compute(_measure_percents(prefix), prefix=prefix)
    live.compute(nmda.chain(CLEMENTS), prefix="time_", t="minutes")
    live.compute(_measure_percents("time_"), prefix="time_")
    for prefix in ("clements_", "time_"):
        live.either(f"{prefix}pc_chosen", [f"{prefix}pc_{name}" for name in names], "measure")
    live.follow(bars, height=[f"clements_pc_{name}" for name in names])
    live.follow(picked, height=[f"clements_picked_{name}" for name in names])
    live.follow(domino, x=[f"domino_pc_{name}" for name in names], y="rows")
    for row, name in enumerate(names):
        number = bars_axes.text(138, row, "0 %   ◇ 0 %", ha="right", va="center")
        live.write(number, f"{{clements_pc_{name}:.0f}} %   ◇ {{domino_pc_{name}:.0f}} %")
    for name, line in zip(names, others, strict=True):
        live.follow(line, x="minutes", y=f"time_pc_{name}")
    live.follow(chosen, x="minutes", y="time_pc_chosen")
    live.read_out("clements_unbound", "unbound ketamine", ".2f", "µM")
    live.read_out("clements_pc_chosen", "the measure chosen, at the end", ".1f", "%")
    live.read_out("clements_pc_ex_vivo", "receptors occupied (ex vivo)", ".1f", "%")
    live.describe(
        "At the end of the infusion {clements_unbound:.2f} µM are unbound (Clements & Nimmo). "
        "{which}: {clements_pc_chosen:.1f} %. Without magnesium in the test the same level "
        "occupies {clements_pc_ex_vivo:.1f} % of receptors.",
        caption="One drug level, eight numbers; the one chosen is coloured. Occupied receptors "
        "(the two bars at the top) are not lost current, and the circuit feels the current.",
        stamp=NOT_DOSING,
        which=("measure", [name[0].upper() + name[1:] for name in nmda.MEASURES.values()]),
    )
    live.table({"minute": "minutes", "measure chosen (%)": "time_pc_chosen"})
    return live
