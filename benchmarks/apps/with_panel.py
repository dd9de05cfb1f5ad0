"""For `panel serve`: run anew for each reader."""

import content
import others
import panel

panel.extension()
drawn, source = others.plot()
sliders = [panel.widgets.FloatSlider(name=m.name, **others.span(m)) for m in content.MEMORIES]


def update(nu_plus, nu_minus):
    source.data = others.shares(nu_plus, nu_minus)


panel.bind(update, *sliders, watch=True)
panel.Column(drawn, *sliders).servable(title=others.TITLE)
