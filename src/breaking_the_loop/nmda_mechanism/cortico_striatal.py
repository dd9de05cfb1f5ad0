"""The basal ganglia as a selection circuit: direct against indirect pathway.

Gurney, Prescott & Redgrave 2001 (Biol Cybern 84:401 and 84:411), weights as in nengo's
`basalganglia.py`. Six channels compete; the channel whose output nucleus falls lowest is
selected. The circuit has no memory: it follows its input, so it cannot be "stuck".
"""

from __future__ import annotations

from looplab.model.declare import Parameter, State, continuous
from looplab.model.maths import maximum, minimum, stack
from looplab.model.records import fixed

CHANNELS = tuple(f"channel {i}" for i in range(1, 7))
_CODE = "gurney2001a, as in nengo (basalganglia.py)"


def _salience(channel, default):
    return Parameter(
        name=f"c_{channel}",
        symbol=f"c_{channel}",
        label=f"urgency of action {channel}",
        default=default,
        low=0.0,
        high=1.0,
        step=0.05,
        source="chosen here",
        status="assumed",
    )


def _published(name, symbol, label, value):
    return fixed(name, symbol, label, value, _CODE, "code")


DOPAMINE = Parameter(
    name="dopamine",
    symbol=r"\lambda",
    label="balance of direct over indirect pathway",
    default=0.2,
    low=0.0,
    high=1.0,
    step=0.05,
    source=_CODE,
    status="code",
)
SPEED = fixed(
    "speed",
    r"\kappa",
    "speed of the units",
    25.0,
    "gurney2001a†; changes only how fast the circuit settles",
    "published",
    "1/s",
)


def _nucleus(name, symbol, label):
    return State(name, symbol, f"activation of {label}", labels=CHANNELS)


@continuous(
    parameters=[
        _salience(1, 0.4),
        _salience(2, 0.6),
        DOPAMINE,
        SPEED,
        _published("w_stn", "w_{STN}", "weight of the subthalamic sum", 0.9),
        _published("w_gpe", "w_{GPe}", "weight of GPe on the output", 0.3),
        _published("threshold_striatum", r"\epsilon_{D}", "threshold of the striatum", 0.2),
        _published("threshold_stn", r"\epsilon_{STN}", "threshold of STN", -0.25),
        _published("threshold_pallidum", r"\epsilon_{GP}", "threshold of GPe and GPi", -0.2),
    ],
    states=[
        _nucleus("d1", "a^{D1}", "striatum, direct pathway"),
        _nucleus("d2", "a^{D2}", "striatum, indirect pathway"),
        _nucleus("stn", "a^{STN}", "subthalamic nucleus"),
        _nucleus("gpe", "a^{GPe}", "external pallidum"),
        _nucleus("gpi", "a^{GPi}", "output nucleus"),
    ],
    symbols={
        "y_d1": "y^{D1}",
        "y_d2": "y^{D2}",
        "y_stn": "y^{STN}",
        "y_gpe": "y^{GPe}",
        "salience": "c",
        "subthalamic": r"\Sigma_{STN}",
    },
)
def basal_ganglia(m):
    """Six channels; actions 3 to 6 ask for nothing. `output_of` gives firing from activation."""
    m.salience = stack([m.c_1, m.c_2, 0, 0, 0, 0])
    m.y_d1 = output_of(m.d1, m.threshold_striatum)
    m.y_d2 = output_of(m.d2, m.threshold_striatum)
    m.y_stn = output_of(m.stn, m.threshold_stn)
    m.y_gpe = output_of(m.gpe, m.threshold_pallidum)
    m.subthalamic = m.w_stn * sum(m.y_stn)
    return {
        "d1": m.speed * (m.salience * (1 + m.dopamine) - m.d1),
        "d2": m.speed * (m.salience * (1 - m.dopamine) - m.d2),
        "stn": m.speed * (m.salience - m.y_gpe - m.stn),
        "gpe": m.speed * (m.subthalamic - m.y_d2 - m.gpe),
        "gpi": m.speed * (m.subthalamic - m.y_d1 - m.w_gpe * m.y_gpe - m.gpi),
    }


def output_of(activation, threshold):
    """Firing of a unit, between 0 and 1."""
    return minimum(maximum(activation - threshold, 0), 1)


def settled_outputs(**parameters) -> dict:
    """Firing of `stn`, `gpe` and `gpi` once nothing changes: one array (6, *batch) each."""
    final = basal_ganglia.run(duration=3.0, step=0.005, every=600, **parameters).final
    thresholds = {"stn": "threshold_stn", "gpe": "threshold_pallidum", "gpi": "threshold_pallidum"}
    return {
        name: output_of(final[name], parameters.get(threshold, basal_ganglia[threshold].default))
        for name, threshold in thresholds.items()
    }
