"""What was observed after ketamine, from minutes to two weeks, and what brains of people showed.

Dated rows, no curve. No quantitative model leads from glutamate to spines, because none with
checked parameters was found. A source that gives a word instead of a time ("within minutes") gets
the window that the word stands for, and says so. Most rows are from rats and mice, and their doses
do not carry over to people. Rows with the mark † are listed, never drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HOUR, DAY = 60, 1440
SPECIES = ("people, OCD", "people, not OCD", "rats", "mice")
NOT_SEEN = "dose not read†"


@dataclass(frozen=True)
class Observation:
    """One dated observation. `window` is in minutes after the start, or None where the source gives
    no time; `timed_by` says whether a number or a word set it. `mark`: "verified" (in the source's
    own text or abstract) or "recall" (shown as †)."""

    key: str
    what: str
    species: str
    dose: str
    window: tuple[float, float] | None
    timed_by: str
    source: str
    mark: str = "verified"

    @property
    def drawn(self) -> bool:
        return self.mark == "verified" and self.window is not None


INFUSION = "one infusion, 0.5 mg/kg in 40 min"
OBSERVATIONS = (
    Observation(
        "perception",
        "perception altered, in proportion to the plasma level",
        "people, not OCD",
        "plasma 50 to 200 ng/mL",
        (1, 40),
        "during the infusion",
        "bowdle1998",
    ),
    Observation(
        "obsessions_infusion",
        "obsessions, rated on a line, lower than with saline (8 and 7 people)",
        "people, OCD",
        INFUSION,
        (1, 40),
        "during the infusion",
        "rodriguez2013_rct",
    ),
    Observation(
        "interneurons",
        "interneurons slow; with a delay, most pyramidal cells speed up",
        "rats",
        "an NMDA blocker (MK-801†)",
        (1, 10),
        "the word “minutes”",
        "homayoun2007",
    ),
    Observation(
        "glutamate",
        "frontal glutamate up at 10, 20 and 30; unchanged at 50; down at 200 mg/kg",
        "rats",
        "10 to 200 mg/kg",
        (10, 100),
        "the words “tens of minutes”",
        "moghaddam1997",
    ),
    Observation(
        "spine_formation",
        "new spines form more easily, before there are more of them",
        "mice",
        NOT_SEEN,
        (1 * HOUR, 12 * HOUR),
        "the word “hours”",
        "wu2021",
    ),
    Observation(
        "bdnf",
        "plasma BDNF higher in responders (22 people)",
        "people, not OCD",
        NOT_SEEN,
        (240, 240),
        "a number",
        "haile2014",
    ),
    Observation(
        "bloch",
        "0 of 10 responded; mean change under 12 % (open label)",
        "people, OCD",
        INFUSION,
        (1 * DAY, 3 * DAY),
        "a number",
        "bloch2012_open",
    ),
    Observation(
        "maintenance",
        "new spines needed to keep, not to start, the change in behaviour",
        "mice",
        NOT_SEEN,
        (1 * DAY, 7 * DAY),
        "the word “days”",
        "modasava2019",
    ),
    Observation(
        "spine_density_later",
        "more spines than after saline, up to two weeks: formed faster, lost no faster",
        "mice",
        "one dose, amount not read†",
        (1 * DAY, 14 * DAY),
        "the words “up to 2 weeks”; when it began was not read",
        "phoumthipphavong2016_spines",
    ),
    Observation(
        "spine_formation_later",
        "spines form faster at 72 to 132 h, not at 6 to 24 h; lost no faster",
        "mice",
        "10 mg/kg a day for five days, so not without the drug",
        (72 * HOUR, 132 * HOUR),
        "a number",
        "pryazhnikov2018_spines",
    ),
    Observation(
        "rodriguez",
        "4 of 8 responded, against 0 of 7 with saline",
        "people, OCD",
        INFUSION,
        (7 * DAY, 7 * DAY),
        "a number",
        "rodriguez2013_rct",
    ),
    Observation(
        "mtor",
        "mTOR signalling rises “rapidly”; rapamycin blocks synapses and behaviour",
        "rats",
        NOT_SEEN,
        None,
        "no time seen",
        "li2010",
    ),
    Observation(
        "spine_density",
        "more spines, more excitatory currents at 24 h",
        "rats",
        NOT_SEEN,
        (12 * HOUR, 24 * HOUR),
        "a number",
        "li2010",
        "recall",
    ),
)
DRAWN: Sequence[Observation] = [row for row in OBSERVATIONS if row.drawn]


@dataclass(frozen=True)
class Measure:
    """What was measured in people's brains, in whom, and what was found; `row` of trials.csv."""

    what: str
    studied: str
    found: str
    row: str


MEASURES = (
    Measure(
        "GABA in medial prefrontal cortex",
        "17 people with OCD: an infusion of ketamine against one of saline",
        "rose; large molecules are in the same signal",
        "rodriguez2015_mrs#1",
    ),
    Measure(
        "glutamate with glutamine, same place",
        "the same 17 people",
        "no difference, although a rise had been expected",
        "rodriguez2015_mrs#2",
    ),
    Measure(
        "glutamate and GABA in anterior cingulate cortex (at 7 tesla)",
        "people with OCD against others, no drug",
        "glutamate higher, GABA lower",
        "biria2023_mrs#1",
    ),
    Measure(
        "glutamate with glutamine in pregenual cingulate cortex",
        "40 people with OCD against 16 others, no drug",
        "9.7 % higher",
        "oneill2016_mrs#1",
    ),
    Measure(
        "glutamate in three regions of the striatum",
        "15 people with OCD against 16 others, no drug",
        "no difference",
        "striatum2015_mrs#1",
    ),
    Measure(
        "a marker of synapses (SV2A, by PET)",
        "depression, PTSD, and healthy people, not OCD: before one dose, and 24 h after",
        "no measurable change, though symptoms fell; post hoc, a rise where it had been low",
        "holmes2022_pet#1",
    ),
)
"""What spectroscopy and PET said of people's brains. None of it is an outcome of a treatment."""
