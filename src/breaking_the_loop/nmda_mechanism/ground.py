"""What the figures of a landscape share: the walk along it, its frame, its words."""

from __future__ import annotations

from breaking_the_loop.nmda_mechanism.landscape import (
    BASE,
    RECORDED,
    STEPS,
    fixed_points_met,
    landscape,
)
from breaking_the_loop.palette import OBSESSION, RELIEF
from looplab.figure.figure import LivingFigure
from looplab.model.declare import Input, formula
from looplab.model.maths import where


@formula(
    inputs=[
        Input("height", "U", "height"),
        Input("base", "U_0", "height at the base"),
        Input("follower", "S_2", "pool 2"),
    ]
)
def relief(m):
    """The landscape above its base, and where pool 2 has not taken over."""
    m.ground = m.height - m.base
    m.shown = where(m.follower < 0.35, 1, 0) * where(m.ground < 0.27, 1, 0)


def walk(live: LivingFigure, prefix: str, **settings) -> None:
    """Let `live` walk the landscape at the given settings; what is met gets `prefix`."""
    live.run(
        landscape, steps=STEPS, mean={prefix + name: name for name in RECORDED.values()}, **settings
    )
    points = [name for name in RECORDED if name not in ("height", "S_2")]
    for name in points:
        live.pick(f"{prefix}{name}_met", prefix + name, -1)
    live.compute(
        fixed_points_met, prefix=prefix, **{name: f"{prefix}{name}_met" for name in points}
    )
    live.pick(f"{prefix}base", f"{prefix}height", BASE)
    live.compute(
        relief,
        prefix=prefix,
        height=f"{prefix}height",
        base=f"{prefix}base",
        follower=f"{prefix}S_2",
    )


def landscape_axes(axes):
    """Frame and words of a landscape panel."""
    axes.set(
        xlim=(0.05, 0.86),
        ylim=(-0.46, 0.3),
        xlabel="share of open NMDA channels, pool 1",
        ylabel="height of the landscape (U, per s)",
    )
    axes.text(0.065, 0.25, "quiet", color=RELIEF, fontweight="bold")
    axes.text(0.63, 0.25, "stuck", ha="center", color=OBSESSION, fontweight="bold")
