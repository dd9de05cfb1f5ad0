"""Equations that a reader of the exported page rewrites: what runs them follows."""

import pytest
from browser import axe_report, in_each_browser
from playwright.sync_api import expect

from breaking_the_loop.ocd_cycle import cycle, figures
from looplab.model.maths import where

PAGE = "01_ocd_cycle"
SWAPPED = "where(delta >= 0, new_e_minus, new_e_plus)"


def swapped_rule(m):
    following = cycle.two_trace_rule(m)
    m.swapped = where(m.delta >= 0, m.new_e_minus, m.new_e_plus)
    return following | {"w": m.w + m.alpha * m.delta * m.swapped}


@pytest.fixture(scope="module")
def words():
    """What the boundary says under the published rule and with its traces swapped."""
    published, swapped = figures.boundary(), figures.boundary(cycle.learner(swapped_rule))
    assert published.description() != swapped.description()
    return published.description(), swapped.description()


def block(page):
    """The first block of the learning rule, opened for writing."""
    box = page.locator(".ll-equations").filter(has=page.get_by_label("credit =", exact=True)).first
    return page.locator(f"#{box.get_attribute('id')}")


def open_for_writing(page):
    box = block(page)
    box.get_by_role("button", name="Edit the equations").click()
    return box, box.get_by_label("credit =", exact=True)


def says(page, figure_id, text):
    expect(page.locator(f"#{figure_id} figcaption [role=status]")).to_have_text(text)


@in_each_browser
def test_a_rewritten_rule_reaches_every_figure_and_comes_back(open_exported, words):
    page = open_exported(PAGE)
    box, field = open_for_writing(page)
    assert field.input_value() == "where(delta >= 0, new_e_plus, new_e_minus)"
    field.fill(SWAPPED)
    field.press("Enter")
    says(page, "boundary", words[1])
    for figure_id in ("boundary", "one-turn"):
        mark = page.locator(f"#{figure_id} .ll-changed")
        expect(mark).to_have_text("Changed from the published rule")
        expect(mark).to_be_visible()
    expect(page.locator("#worth .ll-changed")).to_be_hidden()
    # computed beforehand, so it shows the published rule, and says so
    kept = page.locator("#accommodation .ll-changed")
    expect(kept).to_have_text("Shows the published rule: this does not follow your change")
    expect(box.locator(".ll-changed")).to_contain_text("figures on this page follow your rule")
    box.get_by_role("button", name="Undo").click()
    says(page, "boundary", words[0])
    expect(page.locator("#boundary .ll-changed")).to_be_hidden()
    expect(kept).to_be_hidden()
    assert field.input_value() == "where(delta >= 0, new_e_plus, new_e_minus)"


@in_each_browser
def test_a_slip_is_named_and_the_figures_keep_the_last_rule(open_exported, words):
    page = open_exported(PAGE)
    box, field = open_for_writing(page)
    field.fill("where(delta >= 0, new_e_plus, new_e_minos)")
    error = box.locator(f"[id='{field.get_attribute('aria-describedby')}']")
    expect(error).to_contain_text("`new_e_minos` is no name of this model. Nearest: `new_e_minus`.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Enter")
    says(page, "boundary", words[0])
    assert axe_report(page, "light") == ""
    field.press("Escape")
    assert field.input_value() == "where(delta >= 0, new_e_plus, new_e_minus)"
    expect(field).not_to_have_attribute("aria-invalid", "true")


@in_each_browser
def test_a_rule_that_leaves_no_number_is_answered_in_words_until_it_is_taken_back(open_exported):
    page = open_exported(PAGE)
    field = page.get_by_label("entering =", exact=True).first
    box = page.locator(".ll-equations").filter(has=field).first
    box.get_by_role("button", name="Edit the equations").click()
    field.fill("1 / 0")
    field.press("Enter")
    told = page.get_by_text("There is no answer while the equations are so")
    expect(told.first).to_contain_text("gave a value that is not a finite number")
    box.get_by_role("button", name="Undo").click()
    expect(told).to_have_count(0)


@in_each_browser
def test_a_rule_that_an_exercise_asks_for_is_written_judged_and_kept_in_the_page(
    open_exported, words
):
    page = open_exported(PAGE)
    box = page.locator(".ll-exercise").filter(has_text="pays good surprises out through the trace")
    field = box.get_by_role("textbox", name="credit =", exact=True)
    verdict = box.get_by_role("status")

    def answered(text):
        field.fill(text)
        field.press("Enter")
        return verdict

    expect(answered("")).to_have_text(
        "Write your rule first, with the names delta, new_e_minus, new_e_plus."
    )
    for malformed, said in [
        ("where(delta >= 0, new_e_minus", "Not understood: "),
        ("where(delta >= 0, new_e_minos, new_e_plus)", "Nearest: `new_e_minus`."),
        ("lambda m: m.new_e_minus", "Not understood: "),
    ]:
        expect(answered(malformed)).to_contain_text(said)
        expect(field).to_have_attribute("aria-invalid", "true")
    # A rule that is understood is judged, on every surprise at once.
    published = answered("where(delta >= 0, new_e_plus, new_e_minus)")
    expect(published).to_contain_text("Not yet. This is the published rule")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(answered("where(delta > 0, new_e_minus, new_e_plus)")).to_contain_text("exactly 0")
    expect(answered("0.5 * delta")).to_contain_text("Not yet. ")
    assert axe_report(page, "light") == ""
    expect(answered(SWAPPED)).to_have_text(
        "Right. Now write it into the rule of part 2, and see where the cycle lasts."
    )
    expect(page.get_by_text(f"I said: {SWAPPED}")).to_have_count(1)
    says(page, "boundary", words[0])  # an answer changes no figure
    page.reload()
    expect(page.get_by_text(f"I said: {SWAPPED}")).to_have_count(1)


@in_each_browser
def test_a_link_carries_the_rule_and_the_notes_keep_it(open_exported, words):
    page = open_exported(PAGE)
    _, field = open_for_writing(page)
    field.fill(SWAPPED)
    field.press("Enter")
    page.wait_for_function("() => location.hash.includes('rule.two_trace_rule.credit=')")
    expect(page.get_by_text(f"I said: {SWAPPED}")).to_have_count(1)
    address = page.evaluate("location.hash")
    again = open_exported(PAGE, address)
    # The link names no figure, so this one opens where its answer lies under the new rule.
    again.locator("#boundary").get_by_role("button", name="Reset", exact=True).click()
    says(again, "boundary", words[1])
    expect(block(again).locator(".ll-changed")).to_be_visible()
    block(again).get_by_role("button", name="Back to the published rule").click()
    says(again, "boundary", words[0])


@in_each_browser
@pytest.mark.parametrize(
    "query, reason",
    [
        ("rule.two_trace_rule.credit=constructor", "`constructor` is no name of this model"),
        ("rule.two_trace_rule.credit=" + "(" * 3000, "2000 letters are the most"),
        ("rule.two_trace_rule.nothing=1", "this page has no equation for nothing"),
    ],
)
def test_a_link_with_a_rule_that_cannot_be_read_is_refused_with_the_reason(
    open_exported, words, query, reason
):
    page = open_exported(PAGE, f"#boundary?{query}")
    expect(page.locator("#boundary .ll-refused")).to_contain_text(reason)
    says(page, "boundary", words[0])


FRAME = """(text) => {
  const frame = document.createElement("iframe");
  frame.srcdoc = text;
  frame.style = "width: 100%; height: 800px";
  document.body.append(frame);
}"""


@in_each_browser
def test_where_webassembly_is_refused_closures_give_the_same_figure(page_factory, exported, words):
    """A host page with a policy of its own, which the page in its frame inherits."""
    page = page_factory([])
    host = exported(PAGE).with_name("host.html")
    policy = "script-src 'unsafe-inline'"
    host.write_text(
        f'<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="{policy}"><p>Host</p>'
    )
    page.goto(host.as_uri())
    page.evaluate(FRAME, exported(PAGE).read_text(encoding="utf-8"))
    frame = page.frame_locator("iframe")
    status = frame.locator("#boundary figcaption [role=status]")
    expect(status).to_have_text(words[0])
    refused = """() => { try {
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
      return false;
    } catch { return true; } }"""
    assert page.frames[1].evaluate(refused)
