"""The exported page in a real browser: alive, quiet on the network, usable by anyone."""

import re

import nbformat
import pytest
from browser import axe_report, in_each_browser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import expect

from looplab.publish import publish

PROSE = r"""# A page of everything

What it is about, with $\gamma=0.5$.

| state | share |
| --- | ---: |
| relief | 0.9 |

$$\begin{aligned}\pi(a\mid s)&=\frac{e^{\beta w(s,a)}}{\sum_{a'}e^{\beta w(s,a')}}\\
\delta_t&=r_t+\gamma V(s_{t+1})-V(s_t)\end{aligned}$$

## Controls"""

CONTROLS = r"""import anywidget, ipywidgets as w, traitlets

class Sum(anywidget.AnyWidget):
    _esm = '''
    async function render({ model, el }) {
      const control = await model.widget_manager.get_model(model.get("controls").x);
      const shown = document.createElement("p");
      el.append(shown);
      const show = () => {
        shown.textContent = `slider ${control.get("value")}, linked ${model.get("linked")}`;
      };
      control.on("change:value", show);
      model.on("change:linked", show);
      show();
    }
    export default { render };
    '''
    linked = traitlets.Float(0.0).tag(sync=True)
    controls = traitlets.Dict().tag(sync=True, **w.widget_serialization)

class Broken(anywidget.AnyWidget):
    _esm = "export default { render() { throw new Error('broken on purpose'); } };"
    spec = traitlets.Dict().tag(sync=True)

x = w.FloatSlider(value=1.5, min=0, max=5, step=0.5, description="Memory", readout_format=".1f")
noise = w.FloatLogSlider(value=10, min=0, max=3, description="Noise", readout_format=".3g")
rule = w.Dropdown(options=["two traces", "opponent"], description="Rule")
who = w.RadioButtons(options=["learner", "observer"], description="Shown")
edge = w.Checkbox(description="Boundary")
step = w.Play(max=3, interval=20, description="Turn the circle")
turn = w.BoundedIntText(min=0, max=10, description="Turn")
steps = w.jsdlink((step, "value"), (turn, "value"))
copy = w.Checkbox(description="Boundary again")
same = w.jslink((edge, "value"), (copy, "value"))
total = Sum(controls={"x": x})
link = w.jslink((x, "value"), (total, "linked"))
still = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>'
broken = Broken(spec={"svg": still, "description": "A line that falls."})
w.VBox([w.HBox([x, noise]), rule, who, edge, copy, step, turn, total, broken])"""

LIVING = """import matplotlib.pyplot as plt
from looplab.figure.figure import LivingFigure
from breaking_the_loop.ocd_cycle import cycle

def share(name):
    figure, axes = plt.subplots()
    (line,) = axes.plot([], [])
    live = LivingFigure(name, f"Share {name}", figure, [cycle.NU_PLUS, cycle.NU_MINUS])
    live.run(cycle.two_traces, steps=2000, learners=50, every=50, mean={"share": "obsession"})
    live.follow(line, x="time", y="share")
    live.pick("last", "share", -1)
    if name == "two":
        live.moving("calm", "share", window=3)
    live.describe("In this model the last share is {last:.0%}.", caption="Watch the line.")
    live.table({"step": "time", "share": "share"})
    return live

share("one")"""


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A folder with two published pages, `01_controls.html` and `02_living.html`."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "notebooks").mkdir()
    (folder / "assets" / "jupyter").mkdir(parents=True)
    wide = r"from IPython.display import Math; Math('a = ' + ' + '.join([r'\\frac{1}{n_k}'] * 40))"
    controls = [
        new_markdown_cell(PROSE),
        new_code_cell(CONTROLS, metadata={"tags": ["hide-input"]}),
        new_code_cell(wide),
    ]
    living = [
        new_markdown_cell("# Living figures\n\n## One"),
        new_code_cell(LIVING),
        new_markdown_cell("## Two"),
        new_code_cell("share('two')"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for name, cells in {"01_controls": controls, "02_living": living}.items():
        nb = new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(nb, folder / "notebooks" / f"{name}.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        publish([], folder / "out", {})
    return folder / "out"


@pytest.fixture
def opened(page_factory, out):
    """Open a published page from disk; every request and every error is kept in `page.seen`."""

    def open_page(name="01_controls", **options):
        requests, errors = [], []
        page = page_factory(requests, **options)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((out / f"{name}.html").as_uri())
        page.seen = requests, errors
        return page

    return open_page


def line_of(page, name):
    """The path of the moving line of a living figure."""
    return page.locator(f"#{name} [id='{name}-0-0'] path").first.get_attribute("d")


@in_each_browser
def test_opening_and_using_a_page_asks_for_nothing_but_the_file(opened, out):
    for name in ("01_controls", "02_living"):
        page = opened(name)
        page.get_by_role("slider").first.press("ArrowRight")
        expect(page.locator(".ll-mount[data-live]").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        requests, errors = page.seen
        # Firefox does not name the opening of a file among its requests.
        assert {r.partition("#")[0] for r in requests} <= {(out / f"{name}.html").as_uri()}
        assert errors == []


@in_each_browser
def test_an_arrow_key_moves_the_slider_its_number_and_the_linked_figure(opened):
    page = opened()
    slider = page.get_by_role("slider", name="Memory")
    expect(page.get_by_text("slider 1.5, linked 1.5")).to_be_visible()
    slider.press("ArrowRight")
    expect(page.get_by_text("slider 2, linked 2")).to_be_visible()
    expect(slider).to_have_attribute("aria-valuetext", "2.0")
    slider.press("End")
    expect(page.get_by_text("slider 5, linked 5")).to_be_visible()


@in_each_browser
def test_a_logarithmic_slider_speaks_its_value_and_not_its_exponent(opened):
    slider = opened().get_by_role("slider", name="Noise")
    expect(slider).to_have_attribute("aria-valuetext", "10")
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "1")


@in_each_browser
def test_every_control_has_a_name_and_works_by_keyboard_alone(opened):
    page = opened()
    rule = page.get_by_role("combobox", name="Rule")
    rule.press("ArrowDown")
    expect(rule).to_have_value("1")
    learner = page.get_by_role("group", name="Shown").get_by_role("radio", name="learner")
    expect(learner).to_be_checked()
    learner.press("ArrowDown")
    expect(page.get_by_role("radio", name="observer")).to_be_checked()
    page.get_by_role("checkbox", name="Boundary", exact=True).press("Space")
    expect(page.get_by_role("checkbox", name="Boundary again")).to_be_checked()
    page.get_by_role("checkbox", name="Boundary again").press("Space")
    expect(page.get_by_role("checkbox", name="Boundary", exact=True)).not_to_be_checked()


@in_each_browser
def test_a_number_outside_its_range_is_brought_back(opened):
    turn = opened().get_by_role("spinbutton", name="Turn")
    turn.press("ControlOrMeta+a")
    turn.press_sequentially("99")
    turn.press("Enter")
    expect(turn).to_have_value("10")


@in_each_browser
def test_play_runs_to_the_end_and_steps_back_and_returns_to_the_start(opened):
    page = opened()
    circle = page.get_by_role("group", name="Turn the circle")
    turn = page.get_by_role("spinbutton", name="Turn")
    circle.get_by_role("button", name="Step forward").press("Enter")
    expect(turn).to_have_value("1")
    circle.get_by_role("button", name="Play").press("Enter")
    expect(turn).to_have_value("3")
    expect(circle.get_by_role("button", name="Play")).to_be_visible()
    circle.get_by_role("button", name="Step back").press("Enter")
    expect(turn).to_have_value("2")
    circle.get_by_role("button", name="Back to the start").press("Enter")
    expect(turn).to_have_value("0")


@in_each_browser
def test_a_figure_that_cannot_start_leaves_its_still_picture(opened):
    page = opened()
    expect(page.get_by_text("could not start")).to_be_visible()
    expect(page.get_by_role("img", name="A line that falls.")).to_be_visible()
    expect(page.get_by_text("slider 1.5")).to_be_visible()


@in_each_browser
def test_a_living_figure_follows_its_slider_by_keyboard(opened):
    page = opened("02_living")
    expect(page.locator("#two")).to_be_visible()
    expect(page.locator("#one")).to_contain_text("In this model the last share is 1")
    first, second = line_of(page, "one"), line_of(page, "two")
    for _ in range(5):
        page.get_by_role("slider", name=re.compile("good")).first.press("ArrowLeft")
    page.wait_for_function(
        "before => document.querySelector('[id=\"one-0-0\"] path').getAttribute('d') !== before",
        arg=first,
    )
    assert line_of(page, "two") == second


@in_each_browser
def test_a_link_can_carry_the_settings_of_a_figure(opened, out):
    page = opened("01_controls")
    page.goto(f"{(out / '02_living.html').as_uri()}#two?nu_plus=0.3")
    sliders = page.get_by_role("slider", name=re.compile("good"))
    expect(sliders.nth(1)).to_have_attribute("aria-valuetext", re.compile(r"^0\.30?\b"))
    expect(sliders.nth(0)).to_have_attribute("aria-valuetext", re.compile(r"^0\.90?\b"))


def test_the_code_that_living_figures_share_is_in_the_page_once(out):
    text = (out / "02_living.html").read_text()
    assert text.count("function threefry(") == 1
    assert text.count('define("alive"') == 1 and 'looplab.define("module-' not in text


@in_each_browser
def test_the_page_lives_in_a_sandboxed_frame(opened, page_factory, out):
    frame = out / "frame.html"
    frame.write_text('<iframe sandbox="allow-scripts" src="02_living.html" title="page"></iframe>')
    requests, errors = [], []
    page = page_factory(requests)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(frame.as_uri())
    inner = page.frame_locator("iframe")
    slider = inner.get_by_role("slider", name=re.compile("good")).first
    before = inner.locator("#one p[role=status]").inner_text()
    slider.press("Home")
    expect(inner.locator("#one p[role=status]")).not_to_have_text(before)
    assert errors == []
    assert all(request.startswith("file:") for request in requests)


@in_each_browser
def test_the_page_lives_under_a_policy_without_blob(page_factory, out):
    policy = (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
    )
    page = page_factory()
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.route(
        "**/*",
        lambda route: route.fulfill(
            path=out / "02_living.html",
            headers={"content-type": "text/html", "content-security-policy": policy},
        ),
    )
    page.goto("https://course.example/unit")
    expect(page.locator(".ll-mount[data-live]")).to_have_count(2)
    assert [text for text in refused if "Content Security Policy" in text] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["01_controls", "02_living", "index"])
def test_axe_finds_no_violation(opened, name, scheme):
    page = opened(name, color_scheme=scheme)
    if name == "02_living":
        expect(page.locator(".ll-mount[data-live]")).to_have_count(2)
    for details in page.locator("details").all():
        details.evaluate("details => (details.open = true)")
    assert axe_report(page, scheme) == ""


@in_each_browser
def test_nothing_is_wider_than_a_phone(opened):
    for name in ("01_controls", "02_living"):
        page = opened(name, viewport={"width": 360, "height": 740})
        mounted = "(m) => 'live' in m.dataset || m.textContent.includes('could not start')"
        page.wait_for_function(
            f"() => [...document.querySelectorAll('.ll-mount')].every({mounted})"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        for box in page.locator(".ll-math, .ll-scroll").all():
            wide = box.evaluate("box => box.scrollWidth > box.clientWidth")
            assert box.get_attribute("tabindex") == ("0" if wide else None)


def test_without_scripts_the_figures_are_still_and_described_with_their_numbers(opened):
    page = opened("02_living", java_script_enabled=False)
    expect(page.locator(".ll-drawing svg").first).to_be_visible()
    assert page.locator(".ll-drawing").first.bounding_box()["height"] > 200
    expect(page.get_by_text("In this model the last share is").first).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(0)
    page.locator("summary", has_text="Data as a table").first.click()
    expect(page.get_by_role("columnheader", name="step")).to_be_visible()
    expect(page.get_by_role("cell", name="24.5", exact=True)).to_be_visible()


def test_on_paper_controls_are_gone_and_collapsed_code_is_open(opened):
    page = opened()
    code = page.locator("details.ll-source pre")
    expect(code).to_be_hidden()
    page.emulate_media(media="print")
    expect(code).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(0)
    expect(page.get_by_text("slider 1.5")).to_be_visible()
    assert page.pdf().startswith(b"%PDF")
