"""The figures of notebook 02 on where the block falls: mean field, node, loop."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import binomtest

from breaking_the_loop.nmda_mechanism import (
    cortico_striatal,
    ei_node,
    mean_field,
    spiking,
)
from breaking_the_loop.nmda_mechanism import (
    tables as nmda_tables,
)
from breaking_the_loop.palette import OBSESSION, RELIEF
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import number_bars
from looplab.figure.style import GOOD, INK, MUTED, PAPER, course_style
from looplab.figure.table import Table
from looplab.model.declare import Formula, Input, Parameter, formula
from looplab.model.maths import maximum, minimum, where
from looplab.references import linked

BLOCK_E = Parameter(
    "block_e",
    "b_E",
    "NMDA current lost on excitatory cells",
    7.0,
    0.0,
    nmda_tables.HIGHEST_BLOCK,
    0.5,
    "chosen by the reader",
    "assumed",
    unit="%",
)
SELECTIVITY = Parameter(
    "selectivity",
    r"\rho",
    "how many times that on interneurons",
    1.0,
    0.0,
    3.0,
    0.05,
    "no measurement settles it; GluN2D to 2A is 1.7†",
    "assumed",
)
GABA = Parameter(
    "gaba",
    "g",
    "strength of GABA",
    1.0,
    0.85,
    1.15,
    0.05,
    "1 is brunel2001",
    "assumed",
)
_EDGES = ("stuck_until", "quiet_from", "quiet_until")


@formula(
    parameters=[BLOCK_E],
    inputs=[Input(f"{edge}_here", "b", edge) for edge in _EDGES],
)
def _regime(m):
    is_stuck = where(m.block_e <= m.stuck_until_here, 1, 0) * where(m.stuck_until_here > 0, 1, 0)
    within = where(m.block_e >= m.quiet_from_here, 1, 0) * where(
        m.block_e <= m.quiet_until_here, 1, 0
    )
    is_quiet = within * where(m.quiet_until_here > m.quiet_from_here, 1, 0)
    m.regime = is_quiet + 2 * is_stuck


# Along these two ratios the map says what its colours mean.
_NAMED_AT = (0.35, 2.2)
_NAMES = ("both states", "only quiet", "only stuck", "only stuck", "neither")


def _named(side):
    """How high each name stands along one ratio, and whether there is room for it."""

    def places(m):
        stuck, quiet_from, quiet_until = (getattr(m, f"{edge}_at_{side}") for edge in _EDGES)
        is_quiet = where(quiet_until > quiet_from, 1, 0)
        lowest = quiet_from * is_quiet
        highest = quiet_until * is_quiet
        bands = (
            (lowest, minimum(stuck, highest)),
            (maximum(stuck, lowest), highest),
            (highest, stuck),
            (0, minimum(lowest, stuck)),
            (maximum(stuck, highest), BLOCK_E.high),
        )
        for place, (low, high) in enumerate(bands):
            setattr(m, f"height_{place}", (low + high) / 2)
            setattr(m, f"room_{place}", where(high - low > 1, 1, 0))

    inputs = tuple(Input(f"{edge}_at_{side}", "b", edge, "%") for edge in _EDGES)
    return Formula(places, f"names_{side}", inputs=inputs)


def where_it_falls() -> LivingFigure:
    """Which states a cortical circuit has, by how much NMDA current is lost on which cells."""
    regimes = nmda_tables.load()["regimes"]
    with course_style():
        figure, axes = plt.subplots(figsize=(8.5, 4.7))
        stuck = axes.fill([0, 3, 3], [0, 0, 1], color=OBSESSION, alpha=0.28, linewidth=0)[0]
        quiet = axes.fill([0, 3, 3], [0, 0, 1], color=RELIEF, alpha=0.28, linewidth=0)[0]
        stuck_edge = axes.plot([], [], color=OBSESSION)[0]
        quiet_edge = axes.plot([], [], color=RELIEF, linestyle=(0, (5, 2)))[0]
        here = axes.plot(
            [1], [7], "o", color=PAPER, markeredgecolor=INK, markeredgewidth=2.5, markersize=12
        )[0]
        rising = axes.plot([1, 1], [0, 15], color=INK, linewidth=1.2, linestyle=(0, (1, 2)))[0]
        tip = axes.plot([1], [14.6], "^", color=INK, markersize=7)[0]
        rising.set_label("a rising dose")
        axes.axvline(1, color=MUTED, linewidth=0.8)
        axes.text(1.01, 15.15, "equal", color=MUTED)
        axes.axvline(1.72, color=MUTED, linewidth=0.8, linestyle=(0, (1, 2)))
        axes.text(1.74, 15.15, "2D against 2A: 1.7†", color=MUTED)
        axes.set(
            xlim=(0, 3),
            ylim=(0, 15),
            xlabel="block on interneurons, as a multiple of that on excitatory cells, ρ",
            ylabel="NMDA current lost on excitatory cells, %",
        )
        regions = [
            [axes.text(at, 1, said, ha="center", va="center", fontweight="bold") for said in _NAMES]
            for at in _NAMED_AT
        ]
        words = ("neither: all pools fire", "only quiet", "only stuck", "both states")
        told = [axes.text(2.95, 13.9, f"at the ring: {said}", ha="right") for said in words]
        stuck.set_label("a stuck state exists (solid edge)")
        quiet.set_label("quiet is stable (dashed edge)")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3)
    constants = {"zero": np.zeros(len(nmda_tables.SELECTIVITIES))}
    constants["selectivities"] = nmda_tables.SELECTIVITIES
    constants["path"] = [0.0, 15.0]
    constants["top"] = 14.6
    for edge in _EDGES:
        by_level = [regimes[f"{level:g}"][edge] for level in nmda_tables.GABA_LEVELS]
        constants[f"{edge}_by_level"] = np.ravel(by_level)
    live = LivingFigure(
        "where",
        "Which cells lose the current",
        figure,
        [BLOCK_E, SELECTIVITY, GABA],
        presets={
            "Equal on all": {"block_e": 10, "selectivity": 1.0, "gaba": 1.0},
            "Excitatory cells only": {"block_e": 5, "selectivity": 0.0, "gaba": 1.0},
            "At the flip": {"block_e": 10, "selectivity": 1.15, "gaba": 1.0},
            "Mostly interneurons": {"block_e": 3, "selectivity": 1.7, "gaba": 1.0},
            "Less GABA": {"block_e": 0, "selectivity": 1.0, "gaba": 0.9},
        },
        constants=constants,
    )
    live.row("level", gaba=nmda_tables.GABA_LEVELS)
    live.row("here", selectivity=nmda_tables.SELECTIVITIES)
    for edge in _EDGES:
        live.pick(edge, f"{edge}_by_level", "level", size=len(nmda_tables.SELECTIVITIES))
        live.pick(f"{edge}_here", edge, "here")
    live.compute(_regime)
    live.options("is_regime", "regime", 4)
    live.follow(stuck, x="selectivities", low="zero", high="stuck_until")
    live.follow(quiet, x="selectivities", low="quiet_from", high="quiet_until")
    live.follow(stuck_edge, x="selectivities", y="stuck_until")
    live.follow(quiet_edge, x="selectivities", y="quiet_until")
    for side, (at, texts) in enumerate(zip(_NAMED_AT, regions, strict=True)):
        for edge in _EDGES:
            live.pick(f"{edge}_at_{side}", edge, round(at / SELECTIVITY.step))
        live.compute(_named(side), prefix=f"names_{side}_")
        for place, text in enumerate(texts):
            name = f"names_{side}_"
            live.write(
                text, _NAMES[place], y=f"{name}height_{place}", visible=f"{name}room_{place}"
            )
    live.follow(rising, x="selectivity", y="path")
    live.follow(tip, x="selectivity", y="top")
    live.follow(here, x="selectivity", y="block_e")
    for place, text in enumerate(told):
        live.follow(text, visible=f"is_regime_{place}")
    live.read_out("stuck_until_here", "stuck exists up to", ".1f", "%")
    live.read_out("quiet_from_here", "quiet from", ".1f", "%")
    live.read_out("quiet_until_here", "to", ".1f", "%")
    live.describe(
        "With {block_e:.1f} % lost on excitatory cells, {selectivity:.2f} times that on "
        "interneurons and GABA at {gaba:.2f}, {regime_words}.",
        caption="In this mean field, with GABA as published, an equal block ends the stuck state "
        "once it is large enough; above about 1.15 times as much on interneurons it ends quiet. "
        "The mean field overstates the margins.",
        regime_words=(
            "regime",
            [
                "neither state is left: all pools fire together",
                "quiet is stable and stuck is gone",
                "stuck exists and quiet is lost",
                "quiet and stuck both exist",
            ],
        ),
    )
    live.table(
        {
            "ρ": "selectivities",
            "stuck up to (%)": "stuck_until",
            "quiet from (%)": "quiet_from",
            "quiet to (%)": "quiet_until",
        }
    )
    return live


def mean_field_parameters() -> Table:
    """The published numbers behind the mean field, with their sources."""
    rows = [
        [record.label, f"{record.default:g} {record.unit}".strip(), linked(record.source)]
        for record in mean_field.PARAMETERS.values()
    ]
    return Table("Parameters of the mean field", ["what", "value", "source"], rows)


def _share(count, trials):
    """Such as "46 of 100 (37 to 56 %)", with Wilson's 95 % interval."""
    interval = binomtest(count, trials).proportion_ci(method="wilson")
    return f"{count} of {trials} ({100 * interval.low:.0f} to {100 * interval.high:.0f} %)"


def _spiking_rows(conditions, cells):
    rows = {(row["condition"], row["cells"]): row for row in nmda_tables.load()["spiking"]}
    return [rows[condition, cells] for condition in conditions]


def spiking_network() -> Table:
    """What the mean field says of eight circuits, and what a spiking network of each does."""
    rows = []
    for row in _spiking_rows(nmda_tables.CONDITIONS, spiking.CELLS):
        quiet, stuck = mean_field.branches(nmda_tables.CONDITIONS[row["condition"]])
        rows.append(
            [
                row["condition"],
                "yes" if stuck is not None and stuck.stable else "no",
                "yes" if quiet is not None and quiet.stable else "no",
                _share(row["stuck"], row["trials"]),
                _share(row["quiet"], row["trials"]),
            ]
        )
    return Table(
        f"Eight circuits as single cells ({spiking.CELLS} cells, "
        f"{spiking.LENGTH.default:g} seconds): what lasts",
        [
            "what is changed",
            "mean field: a stuck state exists",
            "mean field: quiet is stable",
            "spiking: stuck lasts (95 % interval)",
            "spiking: quiet lasts (95 % interval)",
        ],
        rows,
        folded=True,
    )


def spiking_sizes() -> Table:
    """How often stuck lasts, by the size of the spiking network."""
    rows = []
    for cells in nmda_tables.SIZES:
        found = _spiking_rows(nmda_tables.SIZED, cells)
        rows.append([f"{cells}", *(_share(row["stuck"], row["trials"]) for row in found)])
    return Table(
        f"How often stuck lasts {spiking.LENGTH.default:g} seconds, by the number of cells",
        ["cells", *(f"{name} (95 % interval)" for name in nmda_tables.SIZED)],
        rows,
        folded=True,
    )


_NODE_BLOCK = replace(BLOCK_E, high=10.0, default=5.0)


@formula(parameters=[_NODE_BLOCK, SELECTIVITY])
def _left_on(m):
    """NMDA coupling left on either kind of cell."""
    m.left_e = 1 - m.block_e / 100
    m.left_i = 1 - m.selectivity * m.block_e / 100


def disinhibition() -> LivingFigure:
    """One cortical node: firing of both populations when NMDA current is lost on each."""
    control = ei_node.steady_state()
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 2.7))
        bars = axes.barh(
            ["excitatory cells", "interneurons"], [1.0, 1.0], color=[OBSESSION, GOOD], height=0.55
        )
        for place, name in enumerate(("rate_e", "rate_i")):
            axes.plot([control[name]] * 2, [place - 0.42, place + 0.42], color=INK)
        numbers = [axes.text(0.05, place, "0.00", color=PAPER, va="center") for place in (0, 1)]
        axes.text(control["rate_e"] + 0.03, 0.5, "bars at the lines: as without drug", color=MUTED,
                  va="center")  # fmt: skip
        axes.tick_params(left=False)
        axes.set(xlim=(0, 5), ylim=(1.5, -0.5), xlabel="firing rate, Hz")
    live = LivingFigure(
        "disinhibition",
        "Fewer brakes, or less fuel?",
        figure,
        [_NODE_BLOCK, SELECTIVITY],
        presets={
            "Equal": {"block_e": 10, "selectivity": 1.0},
            "Twice on interneurons": {"block_e": 10, "selectivity": 2.0},
            "2.45 times": {"block_e": 10, "selectivity": 2.45},
            "Three times": {"block_e": 10, "selectivity": 3.0},
        },
        constants={"control_e": control["rate_e"]},
    )
    live.compute(_left_on)
    live.run(
        ei_node.ei_node,
        duration=2.0,
        step=0.002,
        every=100,
        each={"gating_e": "S_e", "gating_i": "S_i"},
        nmda_e="left_e",
        nmda_i="left_i",
    )
    for cell in "ei":
        live.pick(f"S_{cell}", f"gating_{cell}", -1)
    live.compute(ei_node.firing, nmda_e="left_e", nmda_i="left_i")
    live.compute(_change)
    live.follow(bars, height=["rate_e", "rate_i"])
    for name, number in zip(("rate_e", "rate_i"), numbers, strict=True):
        live.write(number, f"{{{name}:.2f}}")
    live.read_out("rate_e", "excitatory cells", ".2f", "Hz")
    live.read_out("rate_i", "interneurons", ".2f", "Hz")
    live.read_out("change", "change in excitatory firing", "+.0%")
    live.describe(
        "With {block_e:.1f} % lost on excitatory cells and {selectivity:.2f} times that on "
        "interneurons, excitatory cells fire at {rate_e:.2f} Hz, {change:+.0%} against no drug.",
        caption="In this node an equal block lowers firing. Only when interneurons lose about 2.5 "
        "times as much does it rise.",
    )
    live.table({"excitatory (Hz)": "rate_e", "interneurons (Hz)": "rate_i"})
    return live


@formula(
    inputs=[
        Input("rate_e", "r_E", "firing", "Hz"),
        Input("control_e", "r_0", "firing without drug", "Hz"),
    ]
)
def _change(m):
    m.change = m.rate_e / m.control_e - 1


_GPI = tuple(f"gpi_{channel}" for channel in range(1, 7))


def _output_nucleus():
    def outputs(m):
        for name in _GPI:
            value = cortico_striatal.output_of(getattr(m, f"{name}_end"), m.threshold_pallidum)
            setattr(m, f"out_{name}", value)

    threshold = cortico_striatal.basal_ganglia["threshold_pallidum"]
    inputs = tuple(Input(f"{name}_end", "a", name) for name in _GPI)
    return Formula(outputs, "output_nucleus", parameters=(threshold,), inputs=inputs)


def loop() -> LivingFigure:
    """The basal ganglia as a selector: it follows its input at once and cannot be stuck."""
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 2.9))
        bars = axes.bar(
            [f"action {i}" for i in range(1, 7)],
            [0.1] * 6,
            color=[OBSESSION, GOOD, *[MUTED] * 4],
            width=0.6,
        )
        axes.set(ylim=(0, 1), ylabel="output nucleus,\nshare of full firing")
        axes.text(5.4, 0.92, "lowest = selected", ha="right", color=MUTED)
    live = LivingFigure(
        "loop",
        "A loop without memory",
        figure,
        [
            cortico_striatal.basal_ganglia["c_1"],
            cortico_striatal.basal_ganglia["c_2"],
            cortico_striatal.DOPAMINE,
        ],
        presets={"Action 1 louder": {"c_1": 0.6, "c_2": 0.4}, "Only action 1": {"c_2": 0}},
    )
    live.run(
        cortico_striatal.basal_ganglia,
        duration=2.0,
        step=0.005,
        every=100,
        each={name: ("gpi", place) for place, name in enumerate(_GPI)},
    )
    for name in _GPI:
        live.pick(f"{name}_end", name, -1)
    live.compute(_output_nucleus())
    live.follow(bars, height=[f"out_{name}" for name in _GPI])
    number_bars(live, bars, [f"out_{name}" for name in _GPI], ".2f", 0.05)
    live.read_out("out_gpi_1", "output on action 1", ".3f")
    live.read_out("out_gpi_2", "on action 2", ".3f")
    live.describe(
        "With urgencies {c_1:.2f} and {c_2:.2f} the output nucleus holds action 1 back with "
        "{out_gpi_1:.3f} and action 2 with {out_gpi_2:.3f}; actions nobody asks for stay held.",
        caption="This published selector follows its input at once. It has no memory, so being "
        "stuck cannot live here; in this notebook it lives in the cortical circuit.",
    )
    live.table({"action 1": "out_gpi_1", "action 2": "out_gpi_2"})
    return live
