"""For `bokeh serve`: run anew for each reader."""

import content
import others
from bokeh.io import curdoc
from bokeh.layouts import column
from bokeh.models import Slider

drawn, source = others.plot()
plus, minus = sliders = [Slider(title=m.name, **others.span(m)) for m in content.MEMORIES]


def update(attribute, old, new):
    source.data = others.shares(plus.value, minus.value)


for slider in sliders:
    slider.on_change("value", update)
curdoc().title = others.TITLE
curdoc().add_root(column(drawn, *sliders))
