"""Notebook 04: its figures say what the references say, and the ledger is fair, plain and live."""

import json
import re
from functools import partial

import numpy as np
import pytest
import yaml
from browser import REPOSITORY
from bs4 import BeautifulSoup
from course_pages import controls_of, course_figure, lesson_file, room
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect
from py_mini_racer import MiniRacer
from reference_tables import reference

from breaking_the_loop.evidence import compared
from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.evidence.ledger import SUGGESTED, Ledger
from breaking_the_loop.weighing_the_evidence import (
    count_figures as weighing_the_evidence,
)
from breaking_the_loop.weighing_the_evidence import receptor_figures
from looplab import browser, learn
from looplab.errors import LoopError
from looplab.figure.numbers import with_minus

PAGE = "04_weighing_the_evidence"
figure = partial(course_figure, PAGE)
# The prediction that stands before each covered figure.
ASKED = {
    "below-five-per-cent": "fifteen-people",
    "lowest-rate": "beliefs",
    "highest-rate-after-none": "none-of-ten",
    "how-often-significant": "run-again",
    "power-of-eight": "exaggeration",
    "next-clinic": "pool-or-not",
    "what-differs": "refused-comparison",
    "nothing-happened": "at-their-worst",
    "which-way-it-bends": "two-biases",
    "can-you-tell": "hope-or-drug",
    "one-visit": "unblinding-chain",
    "midazolam-hides": "given-away",
    "trend-without-drug": "dose-trend",
    "drug-or-hope": "drug-or-hope",
    "better-design": "design-a-trial",
    "whose-headache": "harm-pair",
    "share-supported": "verdicts-by-section",
}


@pytest.fixture(scope="module")
def tables():
    return evidence.load()


@pytest.fixture(scope="module")
def ledger(tables):
    return Ledger(tables, "a-test")


def test_the_actively_controlled_trial_is_named_where_small_studies_are_set_side_by_side():
    cells = json.loads((REPOSITORY / "notebooks" / f"{PAGE}.ipynb").read_text("utf-8"))["cells"]
    prose = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    parts = dict(re.findall(r"^## (\w+) · (.*?)(?=^## |\Z)", prose, re.M | re.S))
    assert "Beaglehole" in parts["4"] and "Beaglehole" in parts["8"]


# The figures


def test_the_fifteen_people_show_the_reference_tests_and_intervals():
    row = next(
        row
        for row in reference("trial_exact_tests")
        if [row[name] for name in ("k1", "n1", "k2", "n2")] == [4, 8, 0, 7]
    )
    values = figure("fifteen-people").values()
    for name, column in (
        ("fisher", "fisher_two_sided"),
        ("fisher_one_sided", "fisher_one_sided"),
        ("fisher_mid_p", "fisher_mid_p"),
    ):
        assert values[name] == pytest.approx(float(row[column]), abs=1e-5)
    for name, column in (("newcombe_low", "newcombe_lo"), ("newcombe_high", "newcombe_hi")):
        assert values[name] == pytest.approx(float(row[column]), abs=1e-4)
        shown = values[name.replace("newcombe", "gap")]
        assert shown == pytest.approx(100 * float(row[column]), abs=0.01)
    assert (values["drug_low"], values["drug_high"]) == pytest.approx((0.157, 0.843), abs=5e-4)
    assert values["below"] == 2
    assert values["barnard"] < values["boschloo"] < 0.05 < values["fisher"]


def test_one_person_decides_on_which_side_of_five_per_cent_fishers_test_falls():
    live = figure("fifteen-people")
    assert live.values(k_drug=4)["fisher"] > 0.05 >= live.values(k_drug=5)["fisher"]
    shown = [live.values(k_drug=k)["drug_3"] for k in (3, 4)]
    assert shown == [0, 1]


def test_beliefs_are_those_of_the_reference_for_every_preset():
    live = figure("beliefs")
    rows = {
        tuple(int(row[name]) for name in ("k1", "n1", "k2", "n2")): row
        for row in reference("trial_exact_tests")
    }
    compared = 0
    for settings_ in live.presets.values():
        row = rows.get(tuple(settings_[name] for name in ("k1", "n1", "k2", "n2")))
        if row is None or settings_["prior_b"] != 1:
            continue
        values = live.values(**settings_)
        assert values["fisher"] == pytest.approx(float(row["fisher_two_sided"]), rel=1e-4, abs=1e-5)
        assert values["higher"] == pytest.approx(float(row["P_p1_gt_p2_uniform"]), abs=1e-3)
        compared += 1
    assert compared >= 3


def test_a_sceptical_prior_moves_the_answer_as_the_reference_says():
    values = figure("beliefs").values(prior_b=9)
    assert (values["low_1"], values["high_1"]) == pytest.approx((0.103, 0.499), abs=2e-3)


def test_none_of_ten_leaves_room_for_a_quarter_and_a_rare_harm_needs_hundreds():
    live = figure("none-of-ten")
    assert live.values()["upper"] == pytest.approx(0.259, abs=5e-4)
    for rate, people in ((20.0, 14), (10.0, 29), (5.0, 59), (1.0, 299), (0.1, 2995)):
        assert live.values(harm=rate)["whole"] == people


def test_no_comparison_is_shown_without_its_banner():
    live = figure("refused-comparison")
    banner = weighing_the_evidence.BANNER
    assert live.description().startswith(banner)
    assert banner in re.sub(
        r"\s+", " ", BeautifulSoup(live.spec()["svg"], "html.parser").get_text(" ")
    )
    rows = {}
    for row in reference("trial_prob_higher_than"):
        counts = row["comparator"].rsplit("(", 1)[1].split(",")[0].rstrip(")")
        data = row["ketamine_data"].split(" ")[1]
        rows[data, counts] = float(row["P_ketamine_rate_higher_uniform_priors"])
    compared = 0
    for i, (k, n) in enumerate(weighing_the_evidence.KETAMINE_DATA.values()):
        for j, (other, size) in enumerate(weighing_the_evidence.COMPARATORS.values()):
            expected = rows.get((f"{k}/{n}", f"{other}/{size}"))
            if expected is not None:
                chance = live.values(study=i, other=j)["chance"]
                assert chance == pytest.approx(expected, abs=2e-3)
                compared += 1
    assert compared >= 6


def test_repeats_show_what_the_enumeration_says():
    live = figure("run-again")
    compared = 0
    for row in reference("trial_replication"):
        rate, saline = float(row["pk"]), float(row["ps"])
        if not (0.1 <= rate <= 0.95 and abs(saline - 0.05) < 1e-9):
            continue
        values = live.values(rate_drug=rate, rate_saline=saline, filter=1)
        assert values["significant"] == pytest.approx(float(row["P_sig_right"]), abs=1e-4)
        assert values["noticed"].sum() == pytest.approx(float(row["P_sig_right"]), abs=0.04)
        assert values["all_repeats"].sum() == pytest.approx(1)
        compared += 1
    assert compared >= 4
    # Only differences near 60 points or more are ever significant.
    seen = live.values(rate_drug=0.2, filter=1)
    assert seen["noticed"][:15].sum() == 0 and live.values(filter=1)["shown_points"] > 63


@pytest.mark.parametrize(
    ("rate", "by", "passing", "shown"),
    [
        (0.5, 1, 0.292, 68),
        (0.2, 1, 0.0076, 64),
        (0.5, 2, 0.483, 61),
        (0.2, 2, 0.040, 53),
    ],
)
def test_what_passes_a_filter_is_more_than_the_truth(rate, by, passing, shown):
    """Corrections, 2.10: exact shares of repeats that pass, and what they report on average."""
    values = figure("run-again").values(rate_drug=rate, rate_saline=0.05, filter=by)
    assert values["passing"] == pytest.approx(passing, abs=0.001)
    assert values["shown_points"] == pytest.approx(shown, abs=0.5)
    assert values["noticed"].sum() == pytest.approx(passing, abs=0.04)
    everything = figure("run-again").values(rate_drug=rate, rate_saline=0.05, filter=0)
    assert everything["shown_points"] == pytest.approx(100 * (rate - 0.05))


@pytest.mark.parametrize(
    ("later", "fisher", "share", "low", "high"),
    [(0, 0.077, 4 / 15, 7.8, 55.1), (1, 0.282, 5 / 15, 11.8, 61.6), (2, 0.608, 6 / 15, 16.3, 67.7)],
)
def test_what_the_second_phase_could_have_added(later, fisher, share, low, high):
    """Corrections, section 3: a what-if, since the counts are not in the abstract."""
    live = figure("second-phase")
    values = live.values(later=later)
    assert values["fisher"] == pytest.approx(fisher, abs=0.001)
    assert values["share"] == pytest.approx(share)
    limits = 100 * values["all_low"], 100 * values["all_high"]
    assert limits == pytest.approx((low, high), abs=0.1)
    assert "Imagine" in live.description(later=later)
    assert "not a result" in live.caption


def test_the_virtual_trial_is_biased_as_the_reference_grid_says():
    live = figure("virtual-trial")
    for row in reference("trial_crossover_grid"):
        setting = {"fading": float(row["kappa"]), "wash_out": float(row["W"])}
        for analysis, column in ((1, "theory_XO_raw"), (2, "theory_XO_chg")):
            values = live.values(analysis=analysis, **setting)
            error = values["many_value"].std() / np.sqrt(values["many_value"].size)
            assert abs(values["average"] - float(row[column])) < 4 * error


def test_hope_alone_is_found_as_often_as_the_reference_says():
    live = figure("virtual-trial")
    for row in reference("trial_unblinding"):
        if not (0.5 <= float(row["qK"]) and float(row["qS"]) <= 0.5):
            continue
        setting = {"drug_effect": 0, "sigma_drug": 0, "expectancy": float(row["eta"]),
                   "guess_drug": float(row["qK"]), "guess_control": float(row["qS"])}  # fmt: skip
        for analysis, column in ((0, "false_positive_PAR_chg"), (1, "false_positive_XO_raw")):
            noticed = live.values(analysis=analysis, **setting)["noticed"]
            assert noticed == pytest.approx(float(row[column]), abs=0.065)


def test_hope_and_drug_make_the_counts_of_2013_as_often_as_in_the_reference():
    """New parts, 2.3: 0.797 and 0.203, hope the same for all; the figure has 0.80 and 0.20."""
    live = figure("hope-or-drug")
    eight = live.values(drug_effect=8, expectancy=0)["pattern"]
    assert eight == pytest.approx(0.556, abs=0.003)
    compared = 0
    for row in reference("new_expectancy_period_one"):
        if not row["world"].endswith("opioid") or row["eta"] > 12:
            continue
        setting = {"drug_effect": row["drug"], "expectancy": row["eta"], "hope_varies": 0}
        values = live.values(**setting)
        within = {"rel": 0.1} if row["P_4of8_and_0of7"] > 0.01 else {"abs": 1e-3}
        assert values["pattern"] == pytest.approx(row["P_4of8_and_0of7"], **within), row
        assert values["times"] == pytest.approx(eight / values["pattern"], rel=0.02)
        said = live.description(**setting)
        assert f"{100 * float(values['pattern']):.1f} of 100 trials" in said
        compared += 1
    assert compared == 7


def test_hope_alone_never_comes_near_a_drug_worth_eight_points():
    """What the answer "as easily as the drug can" is told, at every setting of the sliders."""
    live = figure("hope-or-drug")
    for varies in (0, 1):
        alone = [
            live.values(drug_effect=0, expectancy=points, hope_varies=varies)["pattern"]
            for points in np.arange(0, 12.1, 0.5)
        ]
        assert max(alone) < 0.24 < live.values(drug_effect=8, expectancy=0)["pattern"] - 0.3
        low, high = (
            live.values(drug_effect=0, expectancy=points, hope_varies=varies)["pattern"]
            for points in (3.8, 5.6)
        )
        assert 0.006 < low < high < 0.085


def test_registers_are_told_in_three_groups():
    """Corrections, section 4: 27 published, 5 and an unknown number unread, 120 not found."""
    live = figure("missing-results")
    values = live.values()
    assert [values[f"people_{group}"] for group in range(3)] == [27, 5, 120]
    said = live.caption
    assert all(re.search(rf"\b{number}\b", said) for number in (27, 5, 120))
    assert "125" not in said + live.description()
    svg = BeautifulSoup(live.spec()["svg"], "html.parser").get_text(" ")
    assert "not seen" in svg and "register of November 2023" in svg


def test_no_one_effect_fits_the_three_single_trials_of_the_receptor():
    """What the text says of the table: no point lies in all intervals, and size is not all."""
    single = {trial.agent: trial for trial in compared.glutamate()
              if trial.points is not None and trial.kind == "randomised"}  # fmt: skip
    assert set(single) == {"troriluzole", "lamotrigine", "N-acetylcysteine"}
    limits = [(-trial.high, -trial.low) for trial in single.values()]
    assert max(low for low, _ in limits) > min(high for _, high in limits)
    listed = {row[0]: row for row in receptor_figures.points_and_errors().rows}
    assert len(listed) == 6 and set(single) < set(listed)
    assert listed["troriluzole"][1:5] == ["248", "1.0", "-0.6 to 2.6", "0.8"]
    assert listed["N-acetylcysteine"][1:5] == ["39", "5.1", "3.4 to 6.9", "0.9"]
    spread = {name: float(listed[name][5]) for name in single}
    assert spread["N-acetylcysteine"] < spread["troriluzole"] / 2


def test_two_of_sixteen_were_on_self_help_and_none_of_sixteen_on_the_waiting_list():
    presets = figure("beliefs").presets
    told = {(each["k2"], each["n2"]): label for label, each in presets.items() if each["n1"] == 16}
    assert "self-help" in told[2, 16] and "waiting list" in told[0, 16]


def test_sections_and_verdicts_add_up_to_the_ledger():
    values = figure("verdicts-by-section").values()
    assert (values["supported"], values["claims"]) == (10, 38)
    svg = figure("verdicts-by-section").spec()["svg"]
    labels = re.findall(r">(\d) ([SPCNU])<", svg)
    for verdict, total in zip("SPCNU", (10, 11, 3, 10, 4), strict=True):
        assert sum(int(count) for count, letter in labels if letter == verdict) == total


def test_the_lesson_asks_only_what_its_figures_can_answer():
    lesson = learn.Lesson(f"breaking_the_loop.{room(PAGE)}")
    for question, name in ASKED.items():
        assert lesson.predict(question, figure(name)).question
    checks = (
        "what-p-means",
        "model-carry-over",
        "reading-harms",
        "three-pools",
        "sixty-after-none",
        "ssri-gap",
    )
    for check in checks:
        assert lesson.check(check).question
    assert "Not yet." in repr(lesson.exercise("people-per-group", 44))
    assert "Right." in repr(lesson.exercise("two-stage-rule", 0.0858))


def test_a_confident_answer_is_right_as_often_as_a_humble_one():
    """Who always picks the humblest answer must not score full marks."""
    lesson = yaml.safe_load(lesson_file(PAGE).read_text("utf-8"))
    asked = {**lesson["predict"], **lesson["check"]}
    right = [
        name
        for each in asked.values() if each["kind"] == "choice"
        for name, answer in each["answers"].items() if answer.get("right")
    ]  # fmt: skip
    humble = {"depends", "anything", "seldom", "ten"}
    assert len(right) == 17 and len(humble & set(right)) == 4


# The ledger


def test_the_ledger_is_a_plain_table_of_every_claim_with_links_to_its_studies(ledger, tables):
    soup = BeautifulSoup(ledger.html(), "html.parser")
    rows = soup.select("tbody tr")
    assert [row["data-claim"] for row in rows] == list(tables.claims)
    assert not soup.find("script")
    for row, claim in zip(rows, tables.claims.values(), strict=True):
        text = row.get_text(" ")
        parts = (claim.verdict, claim.strength, claim.take_away)
        for part in (*parts, claim.evidence_for, claim.evidence_against):
            assert with_minus(part) in text
        assert claim.claim in text
        linked = [ref.url for ref in claim.references if ref.url]
        assert [a["href"] for a in row.select("a")] == linked
        if tables.studies(claim):
            assert linked, claim.claim_id
    assert sum(row.get("data-article") == "true" for row in rows) == 38


def test_readers_meet_authors_and_years_and_no_keys(ledger):
    seen = BeautifulSoup(ledger.html(), "html.parser").get_text(" ") + ledger.first().markdown
    assert not re.findall(r"\b[a-z]+\d{4}_\w+|\bC\d\d\b", seen)
    assert "Beaglehole et al. 2025" in seen and "NCT02624596" in seen


def test_how_sure_one_is_may_stay_open(in_javascript, tables):
    truth = {"C01": "supported", "C02": "supported", "C05": "partly supported"}
    reader = dict.fromkeys(truth, "supported")
    some = in_javascript(reader, truth, {"C01": 1.0, "C02": None, "C05": None})
    none = in_javascript(reader, truth, dict.fromkeys(truth))
    assert some["brier"] == 0 and none["brier"] is None


def test_an_unknown_claim_is_refused_with_the_known_ones(ledger):
    with pytest.raises(LoopError, match="'C99' is no claim of the ledger: C01, C02"):
        ledger.first(["C99"])


@pytest.fixture(scope="module")
def in_javascript():
    racer = MiniRacer()
    module = browser.module("breaking_the_loop/evidence/ledger.js")
    racer.eval(module.replace("export default", "void"))

    def compare(reader, ledger, confidence):
        pairs = [{"mine": reader[c], "ledger": ledger[c], "sure": confidence[c]} for c in reader]
        call = f"JSON.stringify(agreement({json.dumps(pairs)}, {json.dumps(evidence.VERDICTS)}))"
        return json.loads(racer.eval(call))

    return compare


def _same(found, expected):
    assert found["confusion"] == expected.confusion.tolist()
    assert found["agreement"] == pytest.approx(expected.agreement)
    assert (found["kappa"] is None) == (expected.kappa is None)
    if expected.kappa is not None:
        assert found["kappa"] == pytest.approx(expected.kappa)
    counts = ("overTrust", "underTrust", "ordered", "untestedCalledSupported")
    assert [found[name] for name in counts] == [
        expected.over_trust,
        expected.under_trust,
        expected.ordered,
        expected.untested_called_supported,
    ]
    assert found["brier"] == pytest.approx(expected.brier)


def test_the_three_readers_of_the_brief_agree_as_computed(in_javascript, tables):
    truth = {c: claim.verdict for c, claim in tables.claims.items() if claim.by_article}
    sure = dict.fromkeys(truth, 0.7)
    trusting = dict.fromkeys(truth, "supported")
    found = in_javascript(trusting, truth, sure)
    assert found["agreement"] == pytest.approx(10 / 38)
    assert (found["kappa"], found["overTrust"], found["ordered"]) == (0, 24, 34)
    mixed = {c: truth[c] if int(c[1:]) % 2 else "supported" for c in truth}
    found = in_javascript(mixed, truth, sure)
    assert found["agreement"] == pytest.approx(0.6316, abs=5e-5)
    assert found["kappa"] == pytest.approx(0.5023, abs=5e-5)
    assert found["overTrust"] == 11
    found = in_javascript(truth, truth, sure)
    assert (found["agreement"], found["kappa"], found["overTrust"]) == (1, 1, 0)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_browser_compares_verdicts_as_python_does(in_javascript, tables, data):
    truth = {c: claim.verdict for c, claim in tables.claims.items() if claim.by_article}
    rated = data.draw(st.lists(st.sampled_from(sorted(truth)), min_size=1, unique=True))
    reader = {c: data.draw(st.sampled_from(evidence.VERDICTS)) for c in rated}
    sure = {c: data.draw(st.sampled_from([0.5, 0.7, 1.0])) for c in rated}
    _same(in_javascript(reader, truth, sure), evidence.compare_verdicts(reader, truth, sure))


# The exported page


def test_one_key_press_runs_the_trial_again(open_exported):
    page = open_exported(PAGE)
    box = controls_of(page, "virtual-trial")
    slider = box.get_by_label("trial number")
    status = page.locator("#virtual-trial [role=status]")
    for number in (2, 3):
        slider.focus()
        page.keyboard.press("ArrowRight")
        expect(status).to_contain_text(f"Trial {number}:")


def test_a_verdict_opens_when_its_claim_is_rated_and_the_rating_survives_a_reload(open_exported):
    page = open_exported(PAGE)
    row = page.locator("#claim-C24")
    expect(row.locator("td strong")).to_be_hidden()
    verdict = row.get_by_role("combobox", name=re.compile("^Your verdict on: In most cases"))
    verdict.focus()
    verdict.select_option("contested")
    expect(row.locator("td strong")).to_have_text("not supported")
    expect(row.locator("td strong")).to_be_visible()
    expect(page.locator("#claim-C27 td strong")).to_be_hidden()
    page.reload()
    expect(page.locator("#claim-C24 td strong")).to_be_visible()
    expect(verdict).to_have_value("contested")
    page.get_by_role("button", name="Clear my ratings").click()
    expect(page.locator("#claim-C24 td strong")).to_be_hidden()


def test_filters_narrow_the_ledger_without_giving_a_closed_verdict_away(open_exported, tables):
    page = open_exported(PAGE)
    box = page.locator("#ledger-table")
    rows = page.locator("#claim-ledger tbody tr:visible")
    expect(rows).to_have_count(len(SUGGESTED))  # the eight of part 1 come first
    box.get_by_label("Which claims").select_option("4 Why ketamine infusion therapy")
    section = [c for c in tables.claims.values() if c.section.startswith("4 ")]
    expect(rows).to_have_count(len(section))
    box.get_by_label("Which claims").select_option("")
    expect(rows).to_have_count(53)
    box.get_by_label("Verdict (of open claims)").select_option("untested")
    expect(rows).to_have_count(0)
    box.get_by_role("button", name="Open every verdict").click()
    untested = [c for c in tables.claims.values() if c.verdict == "untested"]
    expect(rows).to_have_count(len(untested))
    box.get_by_label("Verdict (of open claims)").select_option("")
    box.get_by_label("Studies").select_option("depression")
    only = [c for c in tables.claims.values() if tables.depression_only(c)]
    expect(rows).to_have_count(len(only))
    box.get_by_label("Studies").select_option("")
    box.get_by_label("Kind of evidence").select_option("animal")
    animal = [c for c in tables.claims.values() if "animal" in c.strength.lower()]
    expect(rows).to_have_count(len(animal))
    box.get_by_label("Kind of evidence").select_option("")
    box.get_by_label("Words").fill("bladder")
    assert 0 < rows.count() < 6


def test_the_comparison_opens_with_eight_ratings_and_sets_before_beside_after(
    open_exported, tables
):
    page = open_exported(PAGE)
    first = page.locator("#ledger-first")
    for claim in SUGGESTED:
        words = re.compile(rf"^Your verdict on: {re.escape(tables.claims[claim].claim)}")
        first.get_by_role("combobox", name=words).select_option("supported")
    expect(first.get_by_role("status")).to_contain_text("8 of 8 rated")
    box = page.locator("#ledger-table")
    expect(box).to_contain_text("The comparison opens with 8 rated claims")
    for claim in SUGGESTED:
        verdict = tables.claims[claim].verdict
        row = page.locator(f"#claim-{claim}")
        row.get_by_role("combobox", name=re.compile("^Your verdict on:")).select_option(verdict)
    expect(box).to_contain_text("You agree with the ledger on 8 of 8 claims (100 %;")
    agreed = sum(tables.claims[claim].verdict == "supported" for claim in SUGGESTED)
    expect(box).to_contain_text(f"{agreed} agreed with the ledger then")
    expect(box.locator("table.ll-confusion caption")).to_be_visible()


def test_without_scripts_the_ledger_is_all_there(page_factory, exported, tables):
    page = page_factory(java_script_enabled=False)
    page.goto(exported(PAGE).as_uri())
    rows = page.locator("#claim-ledger tbody tr:visible")
    expect(rows).to_have_count(53)
    expect(rows.nth(23)).to_contain_text(tables.claims["C24"].evidence_against)
    assert page.locator("#claim-ledger select").count() == 0
