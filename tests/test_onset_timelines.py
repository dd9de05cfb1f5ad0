"""Notebook 03: every symbol is a row with a source, filters filter, curves say what is known."""

import math
import re
from functools import partial
from pathlib import Path

import matplotlib.colors
import numpy as np
import pytest
import yaml
from course_pages import controls_of, course_figure, lesson_file, room
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect
from reference_tables import reference
from scipy.stats import norm

from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.onset_timelines import burden, duration_figures, stopping
from breaking_the_loop.onset_timelines import clocks as onset
from breaking_the_loop.onset_timelines import (
    curve_figures as onset_curves,
)
from breaking_the_loop.onset_timelines import (
    record_figures as onset_timelines,
)
from breaking_the_loop.onset_timelines.fading import outcomes
from looplab import learn
from looplab.errors import ModelError
from looplab.figure.style import PAPER, colours_css
from looplab.references import author_and_year, link

ROOT = Path(__file__).parents[1]
PAGE = "03_onset_timelines"
figure = partial(course_figure, PAGE)
WITH_POINTS = ("timeline", "scores", "hours", "stopping", "drug-minus-placebo", "separation")


@pytest.fixture(scope="module")
def tables():
    return evidence.load(ROOT / "assets")


def linked(live):
    """Label, address and artist of every symbol that opens a study."""
    artists = {a.ids[0]: a.artist for a in live.artists}
    return [(text, artists[gid].get_url(), artists[gid]) for gid, text in live.links.items()]


def symbol_of(point, tables, names=WITH_POINTS):
    """Every symbol, in any figure, that stands for this point."""
    text = onset_timelines.label(point, author_and_year(tables.bibliography[point.result.study_id]))
    return [
        (name, url, artist)
        for name in names
        for label, url, artist in linked(figure(name))
        if label.startswith(text)
    ]


def test_every_row_is_one_symbol_that_opens_its_own_study(tables):
    drawn = 0
    for point in tables.points:
        found = symbol_of(point, tables)
        if point.days == 0:  # a baseline has no place on a logarithmic axis
            assert not found
            continue
        assert len(found) == 1, point.result.row_id
        assert found[0][1] == link(tables.bibliography[point.result.study_id])
        drawn += 1
    assert drawn == 87
    assert sum(len(linked(figure(name))) for name in WITH_POINTS) == 87


def test_the_steps_show_every_group_once_beside_its_own_control(tables):
    live = figure("steps")
    texts = [text for text, _, _ in linked(live)]
    responses = [point for point in tables.points if point.panel == "response"]
    for point in responses:
        study = author_and_year(tables.bibliography[point.result.study_id])
        rows = [t for t in texts if t.startswith(onset_timelines.label(point, study))]
        arms = [
            other
            for other in responses
            if other.treatment_class != "control"
            and (other.result.study_id, other.days) == (point.result.study_id, point.days)
        ]
        assert len(rows) == (len(arms) if point.treatment_class == "control" else 1)
    counts = [live.values(step=step)["count"] for step in range(5)]
    assert counts == [3, 6, 18, 21, 21]
    first = live.description(step=0)
    for part in ("15 of 16", "2 of 16 (self-help)", "0 of 16 (waiting list)", "9 of 13", "4 of 8"):
        assert part in first


def test_the_first_step_holds_seven_symbols_and_its_largest_share_is_without_a_drug(tables):
    early = [
        point
        for point in tables.points
        if point.panel == "response" and point.days < 14 and point.controlled
    ]
    assert len(early) == 7
    assert max(early, key=lambda point: point.value).treatment_class == "4-day ERP"


def test_every_row_has_a_doi_a_registered_number_or_a_page_of_its_own(tables):
    without = set()
    for point in tables.points:
        item = tables.bibliography[point.result.study_id]
        assert link(item).startswith("https://")
        if not {"DOI", "PMID", "PMCID", "number"} & set(item):
            without.add(point.result.study_id)
    assert without == {
        "costa2012_fluoxetine",
        "sertraline_label",
    }


def test_symbols_stand_at_their_value_and_within_a_fifth_of_their_time(tables):
    for panel, name in (
        ("response", "timeline"),
        ("remission", "timeline"),
        ("mean change", "scores"),
        ("percent change", "scores"),
        ("mean course", "scores"),
    ):
        for point in tables.points:
            if point.panel != panel or point.days == 0:
                continue
            ((_, _, artist),) = symbol_of(point, tables, (name,))
            (x,), (y,) = artist.get_data()
            improvement = panel in ("mean change", "percent change")
            assert y == (-point.value if improvement else point.value)
            assert abs(math.log(x / point.days)) < math.log(1.27), point.result.row_id


def test_differences_and_separations_keep_the_sign_and_week_of_their_row(tables):
    for panel, name in (
        ("drug minus placebo", "drug-minus-placebo"),
        ("first separation", "separation"),
    ):
        for point in tables.points:
            if point.panel == panel:
                ((_, _, artist),) = symbol_of(point, tables, (name,))
                (x,), (y,) = artist.get_data()
                assert abs(y) == abs(point.value)
                if panel == "drug minus placebo":
                    assert x == pytest.approx(point.days / 7)
                    assert y > 0  # upwards is improvement in every figure


def test_patients_per_arm_are_those_of_the_studies(tables):
    found = {
        point.result.study_id: onset_curves.per_arm(point)
        for point in tables.points
        if point.panel == "first separation"
    }
    assert found == {
        "issari2016_ma": 1638,
        "hollander2003_rct": 126.5,
        "kronig1999_rct": 83.5,
        "stein2007_rct": 115.5,
        "goodman1996_rct": 80,
    }


def test_nothing_from_memory_outside_ocd_or_of_a_single_case_is_drawn(tables):
    for panel in evidence.PANELS:
        for point in onset_timelines.points(panel):
            assert evidence.unplottable(point.result) is None
            assert point.n != 1


def test_fill_says_randomised_and_area_says_participants(tables):
    for point in onset_timelines.points("response", "remission"):
        ((_, _, artist),) = symbol_of(point, tables, ("timeline",))
        filled = artist.get_markerfacecolor() != PAPER
        assert filled == point.controlled
        star = 1.25 if point.panel == "remission" else 1
        assert artist.get_markersize() / star / math.sqrt(point.n) == pytest.approx(1.35)
        assert artist.get_marker() == onset_timelines.SHAPES[point.threshold][0]


def test_letters_tell_treatments_apart_without_colour(tables):
    letters = {}
    for name, (code, _) in onset_timelines.CLASSES.items():
        letters.setdefault(code, set()).add(name)
    assert [names for names in letters.values() if len(names) > 1] == [
        {"SSRI", "SSRI taper after ERP"}
    ]
    assert {point.treatment_class for point in tables.points} == set(onset_timelines.CLASSES)


def test_colours_of_treatments_can_be_read_on_the_page():
    def luminance(colour):
        rgb = np.array(matplotlib.colors.to_rgb(colour))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    css = colours_css()
    for name in ("ketamine", "exposure", "tablets", "muted"):
        light, dark = re.search(rf"--ll-{name}: light-dark\((\S+), (\S+)\)", css).groups()
        assert 1.05 / (luminance(light) + 0.05) >= 4.5
        assert (luminance(dark) + 0.05) / (luminance("#14191f") + 0.05) >= 4.5


def test_lines_join_points_of_one_cohort_only(tables):
    chosen = onset_timelines.points("response", "remission")
    place = {
        point.result.row_id: (x, point.value)
        for point, (x, _) in (
            (p, onset_timelines.places(chosen, 0.05)[p.result.row_id]) for p in chosen
        )
    }
    allowed = {
        tuple(place[p.result.row_id] for p in line)
        for line in tables.cohort_lines()
        if line[0].result.row_id in place
    }
    drawn = {
        tuple(zip(*a.artist.get_data(), strict=True))
        for a in figure("timeline").artists
        if hasattr(a.artist, "get_data")
        and a.artist.get_linestyle() == "-"
        and len(set(a.artist.get_xdata())) > 1
        and len(set(a.artist.get_ydata())) > 1
    }
    assert len(allowed) == 7
    assert drawn == allowed


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_filters_keep_what_belongs_to_all_of_them(tables, data):
    name = data.draw(st.sampled_from(["timeline", "scores"]))
    live = figure(name)
    outcomes = onset_timelines.SHARES if name == "timeline" else onset_timelines.CHANGES
    treatment = data.draw(st.sampled_from(list(onset_timelines.TREATMENTS)))
    design = data.draw(st.sampled_from(list(onset_timelines.DESIGNS)))
    outcome = data.draw(st.sampled_from(list(outcomes)))
    fewest = data.draw(st.sampled_from(range(0, 101, 5)))
    values = live.values(
        treatment=list(onset_timelines.TREATMENTS).index(treatment),
        design=list(onset_timelines.DESIGNS).index(design),
        outcome=list(outcomes).index(outcome),
        fewest=fewest,
    )
    panels = (
        ("response", "remission")
        if name == "timeline"
        else ("mean course", "mean change", "percent change")
    )
    chosen = [point for point in onset_timelines.points(*panels) if point.days > 0]
    wanted = onset_timelines.TREATMENTS[treatment]
    studies = {
        p.result.study_id for p in tables.points if p.treatment_class in wanted - {"control"}
    }
    kept = [
        (point.treatment_class in wanted or treatment == "every treatment" or (
            point.treatment_class == "control" and point.result.study_id in studies))
        and point.grade in onset_timelines.DESIGNS[design]
        and outcomes[outcome](point)
        and (point.n or 0) >= fewest
        for point in chosen
    ]  # fmt: skip
    assert [value > 0 for value in values["shown"]] == kept
    assert values["count"] == pytest.approx(sum(kept))
    assert [values[f"shown_{i}"] for i in range(len(chosen))] == pytest.approx(values["shown"])


def test_a_controlled_filter_leaves_two_ketamine_arms_of_one_trial():
    values = figure("timeline").values(treatment=1, design=1)
    assert values["count"] == pytest.approx(2)  # ketamine and saline, day 7


def test_the_trial_that_gives_no_counts_is_told_where_counts_are_shown():
    lesson = yaml.safe_load(lesson_file(PAGE).read_text("utf-8"))["predict"]
    for question in ("hours-scale", "inside-one-week"):
        assert "Beaglehole" in lesson[question]["what_to_see"]
        assert "better" in lesson[question]["what_to_see"].partition("Beaglehole")[2]
    assert any("gives no counts" in hole for hole in onset_timelines.HOLES)


def test_an_unknown_opening_filter_is_refused_with_what_is_allowed():
    with pytest.raises(ModelError, match="treatment = 'magic': choose from every treatment, keta"):
        onset_timelines.timeline("magic")


def test_the_words_for_each_treatment_repeat_counts_and_intervals_of_the_table(tables):
    counts = {(p.k, p.n): p.interval for p in onset_timelines.points("response") if p.k is not None}
    found = 0
    for text in onset_timelines._WHAT_IS_KNOWN:
        for k, n, after in re.findall(r"(\d+) of (\d+)([^;.]*?\([^)]*\))", text):
            low, high = re.search(r"(\d+) to (\d+)", after).groups()
            interval = counts[int(k), int(n)]
            assert [round(100 * limit) for limit in interval] == [int(low), int(high)], (k, n)
            found += 1
    assert found >= 14


def test_what_is_left_out_is_told_with_its_reason_and_its_studies(tables):
    text = onset_timelines.left_out()._repr_html_()
    assert "The 192 rows that were left out" in text
    for reason in set(tables.left_out.values()):
        assert reason in text
    counts = re.findall(r"</td><td>(\d+)</td><td>", text)
    assert sum(map(int, counts)) == 192


def test_the_table_of_plotted_rows_has_all_of_them_each_with_a_link(tables):
    text = onset_timelines.plotted()._repr_html_()
    assert text.count("<tr>") == 89 + 1
    assert text.count('<td><a href="https://') == 89


def test_clocks_that_are_never_reached_say_so():
    live = figure("clocks")
    assert "minimal improvement, 4.9 points: week 4.7. Response of the mean: never." in (
        live.description()
    )
    assert "minimal improvement, 6.6 points: week 12.8." in live.description(mid_in_per_cent=1)


def test_the_share_at_week_four_and_the_bootstrap_limits_are_those_of_the_brief():
    values = figure("two-visits").values()
    assert values["early_share"] == pytest.approx(0.692, abs=5e-4)
    for row in reference("onset_fit_fluoxetine_bootstrap"):
        which = onset_curves._RHOS.index(float(row["r"]))
        values = figure("two-visits").values(which=which)
        assert values["tau_from"] == pytest.approx(float(row["tau_lo"]), rel=0.05)
        assert values["tau_to"] == pytest.approx(float(row["tau_hi"]), rel=0.05)


def test_the_hyperbola_passes_through_the_same_two_visits():
    axes = figure("two-visits").figure.axes[0]
    (dashed,) = [line for line in axes.lines if line.get_linestyle() == "--"]
    week, gain = dashed.get_data()
    assert gain[week == 4] == pytest.approx(4.5)
    assert gain[week == 12] == pytest.approx(6.5)
    assert max(gain) > 6.75


def test_no_curve_is_drawn_where_none_is_finite():
    live = figure("drug-minus-placebo")
    assert live.values(pool=0, end_week=6)["fits"] == 0
    assert "the time constant is: none is finite" in live.description(pool=0, end_week=6)
    for pool, week, tau in ((0, 10, 10.37), (0, 13, 7.54), (1, 10, 6.24), (1, 13, 5.31)):
        values = live.values(pool=pool, end_week=week)
        assert values["tau"] == pytest.approx(tau, rel=1e-3)
        through = np.interp([2, week], values["weeks"], values["difference"])
        assert through == pytest.approx([0.91, (3.21, 2.65)[pool]], abs=0.01)


def test_first_separation_moves_with_the_size_of_the_trial():
    live = figure("separation")
    for row in reference("onset_separation_vs_n"):
        n = float(row["n_per_arm"])
        if not 10 <= n <= 2000:
            continue
        values = live.values(n_per_arm=n)
        for key, effect, tau in (("a", *onset.CURVE_A), ("b", *onset.CURVE_B)):
            week = float(onset.separation_week(n, effect, tau))
            assert values[f"{key}_separates_now"] == np.isfinite(week)
            if np.isfinite(week):
                assert values[f"{key}_first_week_now"] == pytest.approx(week, rel=1e-9)
                at = np.interp(week, values["week"], values[f"{key}_needed"])
                if 1 < week < 26:
                    assert at == pytest.approx(n, rel=0.02)
    assert live.values(n_per_arm=125)["a_first_week_now"] == pytest.approx(5.00, rel=1e-3)
    assert live.values(n_per_arm=125)["b_first_week_now"] == pytest.approx(5.94, rel=1e-3)


def test_the_bars_of_visits_are_what_the_calculation_expects():
    live = figure("visits")
    rows = {
        (row["added"], row["day"]): row["expected_bits"]
        for row in reference("corr_expected_information")
    }
    for number, (name, visit) in enumerate(duration_figures.VISITS.items()):
        added = f"{visit.people} new people" if visit.people else "the same 8 followed"
        expected = rows[added, visit.day]
        assert live.values(visit=number)["expected"] == pytest.approx(expected, abs=0.02), name
    values = live.values()
    assert values["people_bits"] == pytest.approx(0.247, abs=0.02)
    assert values["visit_bits"] == pytest.approx(0.742, abs=0.02)
    # As the caption says: every bar at another moment is above every bar at the same one.
    gains = dict(zip(duration_figures.VISITS.values(), values["gains"], strict=True))
    same = max(gain for visit, gain in gains.items() if visit.day == 7)
    assert all(gain > 1.5 * same for visit, gain in gains.items() if visit.day > 7)


def test_an_imaginary_result_is_one_that_the_visit_could_give():
    live = figure("visits")
    for number, visit in enumerate(duration_figures.VISITS.values()):
        found = outcomes(visit)
        counts = []
        for trial in range(1, 41):
            values = live.values(visit=number, trial=trial)
            k = int(values["count"])
            counts.append(k)
            assert values["learned"] == pytest.approx(found.bits[k])
            assert (values["lowest"], values["highest"]) == pytest.approx(found.limits[k, [0, 2]])
        expected = found.chance @ np.arange(len(found.chance))
        spread = math.sqrt(found.chance @ (np.arange(len(found.chance)) - expected) ** 2)
        assert abs(np.mean(counts) - expected) < 3 * spread / math.sqrt(40)


@settings(max_examples=40, deadline=None)
@given(
    gap=st.floats(0, 6),
    placebo=st.floats(0, 8),
    sd=st.floats(4, 10),
    line=st.integers(0, 1),
)
def test_a_gap_of_any_size_carries_people_across_the_line(gap, placebo, sd, line):
    values = figure("past-the-line").values(
        gap=gap, placebo_fall=placebo, change_sd=sd, line_in_per_cent=line
    )
    at = (4.9, 0.35 * 27.3)[line]
    for arm, mean in (("placebo", placebo), ("drug", placebo + gap)):
        assert values[f"of_100_{arm}"] == pytest.approx(100 * norm.sf(at, mean, sd), abs=1e-3)
        # what is shaded ends with the frame, and begins at a point drawn: half a step off at most
        x, density = values["change"], values[f"{arm}_density"]
        inside = 100 * (norm.sf(at, mean, sd) - norm.sf(x[-1], mean, sd))
        drawn = np.trapezoid(values[f"{arm}_past"], x)
        assert drawn == pytest.approx(inside, abs=density.max() * (x[1] - x[0]) / 2 + 0.01)
    if gap > 0.1:
        assert values["of_100_drug"] > values["of_100_placebo"] > 0


def test_the_curves_of_people_are_in_one_frame_at_every_setting():
    live = figure("past-the-line")
    low, high = live.figure.axes[0].get_ylim()
    for corner in live.corners():
        values = live.values(**corner)
        for arm in ("placebo", "drug"):
            assert low <= values[f"{arm}_density"].min() <= values[f"{arm}_density"].max() < high


def test_half_lives_stand_where_the_hazards_put_them():
    found = [float(artist.get_xdata()[0]) for _, _, artist in linked(figure("stopping"))]
    expected = [float(r["half_life_weeks"]) for r in reference("onset_after_stopping_hazards")]
    assert sorted(found) == pytest.approx(sorted(expected), rel=1e-3)


def test_one_recipe_gives_every_interval_after_stopping():
    live = figure("stopping")
    for k, n, shown in (
        (4, 33, "64 weeks (exact 95 % interval 25 to 240)"),
        (5, 11, "14 weeks (exact 95 % interval 6 to 45)"),
    ):
        assert shown in live.description(relapsed=k, followed=n, followed_weeks=12)
        values = live.values(relapsed=k, followed=n, followed_weeks=12)
        exact = stopping.half_life_limits(k, n, 12)
        assert (values["shortest"], values["longest"]) == pytest.approx(exact, rel=1e-3)


def test_burden_bars_are_the_closed_forms():
    live = figure("burden")
    for settings_, scenario, course in (
        ({}, "fast, fades in 20.2 days", "fast"),
        ({"fast_fading": 60.0}, "fast, fades in 60 days", "fast"),
        ({}, "slow, continued", "slow"),
        ({"stopped": 1}, "slow, stopped at week 12", "slow"),
        ({}, "learned in 12 weeks", "learned"),
    ):
        values = live.values(**settings_)
        for weeks, days in ((12, 84), (52, 364)):
            exact = burden.EQUAL_SIZES[scenario](days)
            assert values[f"{course}_{weeks}"] == pytest.approx(exact, rel=3e-3), scenario


def test_at_the_matching_fading_both_bars_are_equal():
    live = figure("burden")
    values = live.values()
    assert values["twelve_match"] == pytest.approx(114.6, abs=0.5)
    for name, weeks in (("twelve_match", 12), ("year_match", 52)):
        if values[name] <= 365:
            same = live.values(fast_fading=float(values[name]))
            assert same[f"fast_{weeks}"] == pytest.approx(same[f"slow_{weeks}"], rel=3e-3)
    three = live.values(times=3.0)
    assert three["fast_12"] == pytest.approx(three["slow_12"], rel=5e-3)


def test_the_three_kinds_of_course_make_a_whole():
    widths = [bar.get_width() for bar in figure("kinds-of-course").figure.axes[0].patches]
    assert widths == pytest.approx([22.5, 52.1, 25.4])
    assert sum(widths) == pytest.approx(100)


def test_the_lesson_asks_only_what_its_figures_can_answer():
    lesson = learn.Lesson(f"breaking_the_loop.{room(PAGE)}")
    for question, name in {
        "minimal-week": "clocks",
        "first-week": "separation",
        "hours-scale": "hours",
        "inside-one-week": "steps",
        "more-people-or-more-visits": "visits",
        "share-at-week-four": "two-visits",
        "gap-at-week-two": "drug-minus-placebo",
        "past-the-line": "past-the-line",
        "after-stopping": "stopping",
        "twelve-weeks": "burden",
    }.items():
        assert lesson.predict(question, figure(name)).question
    half = float(onset.time_to_reach(6.75 / 2, 6.75, 4 / math.log(3)))
    assert "Right." in repr(lesson.exercise("half-of-the-gain", half))


def shown_links(page, figure):
    return page.evaluate(
        """(id) => [...document.querySelectorAll(`#${id} svg a`)]
          .filter((link) => link.getClientRects().length).length""",
        figure,
    )


def test_a_source_is_two_key_presses_from_the_figures_controls(open_exported):
    page = open_exported(PAGE)
    page.locator("#timeline .ll-tools").get_by_role("button").first.focus()
    page.keyboard.press("Shift+Tab")
    name, address, target = page.evaluate(
        """() => { const a = document.activeElement;
          return [a.getAttribute('aria-label'), a.href.baseVal, a.getAttribute('target')]; }"""
    )
    assert name.startswith("Bloch et al. 2012, ketamine") and "0 of 10" in name
    assert address == "https://doi.org/10.1016/j.biopsych.2012.05.028"
    open_exported.asked.append(address)
    with page.context.expect_page() as opening:
        page.keyboard.press("Enter")
    assert target == "_blank" and opening.value
    opening.value.close()


def test_arrow_keys_walk_through_the_symbols_that_are_shown(open_exported):
    page = open_exported(PAGE)
    treatment = controls_of(page, "timeline").get_by_label("treatment", exact=True)
    treatment.select_option(label="exposure therapy in four days")
    page.wait_for_function("() => document.querySelector('#timeline dd').textContent !== '48'")
    page.locator("#timeline .ll-tools").get_by_role("button").first.focus()
    page.keyboard.press("Shift+Tab")
    names = []
    for _ in range(3):
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press("ArrowRight")
    assert len(set(names)) == 3
    assert all(re.match(r"Launes|Kvale|Hansen|Follow-up", name) for name in names), names
    assert page.locator("#timeline .ll-linked").inner_text() not in names[:2]


def test_filters_work_in_the_exported_page_as_in_numpy(open_exported):
    page = open_exported(PAGE)
    live = figure("timeline")
    box = controls_of(page, "timeline")
    for treatment, design, outcome in ((0, 0, 0), (1, 0, 0), (5, 1, 2), (3, 3, 4), (0, 2, 1)):
        for label, index in (("treatment", treatment), ("design", design), ("outcome", outcome)):
            box.get_by_label(label, exact=True).select_option(index=index)
        values = live.values(treatment=treatment, design=design, outcome=outcome)
        expect(page.locator("#timeline dd").first).to_have_text(f"{round(float(values['count']))}")
        assert shown_links(page, "timeline") == round(float(values["count"]))


def test_without_scripts_the_symbols_are_links_and_the_table_of_sources_is_there(
    page_factory, exported
):
    page = page_factory(java_script_enabled=False)
    page.goto(exported(PAGE).as_uri())
    summary = page.locator("summary", has_text="All 89 plotted rows")
    summary.click()
    assert page.locator("details[open] tbody tr").count() >= 89
    text = exported(PAGE).read_text()
    symbols = re.findall(r'<a [^>]*href="https://[^>]*>', text)
    assert len(symbols) >= 87
    assert all('rel="noreferrer"' in link for link in symbols)
