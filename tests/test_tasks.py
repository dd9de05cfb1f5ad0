"""Tasks on data of one's own: the same in Python and in V8, answerable, and without their key."""

import json
import re
from importlib import import_module

import numpy as np
import pytest
from course_pages import MAKERS, course_figure, lesson_file, room
from javascript import engine
from scipy import optimize, stats
from test_programs import COMPUTED

from breaking_the_loop.nmda_mechanism import task as nmda_task
from breaking_the_loop.ocd_cycle import cycle
from breaking_the_loop.onset_timelines import task as onset_task
from breaking_the_loop.weighing_the_evidence import task as trial_task
from breaking_the_loop.weighing_the_evidence.virtual import simulate
from looplab.figure.controls import HIGHEST_NUMBER, Student
from looplab.learn.lesson_file import LessonFile
from looplab.model import draws

STUDENTS = [*range(1, 101), *np.random.default_rng(5).integers(101, HIGHEST_NUMBER, 100).tolist()]
TASKS = {
    "01_ocd_cycle": "own-memory",
    "02_nmda_mechanism": "own-infusion",
    "03_onset_timelines": "own-visits",
    "04_weighing_the_evidence": "own-trial",
}
EACH = pytest.mark.parametrize(("notebook", "figure_id"), TASKS.items(), ids=TASKS)


def key(notebook, students=STUDENTS):
    return import_module(f"breaking_the_loop.{room(notebook)}.task").key(students)


def data(notebook, figure_id):
    """What the table under the figure shows each student: column by column, as arrays."""
    live = course_figure(notebook, figure_id)
    rows = [live.values(student=student) for student in STUDENTS]
    return {
        name: np.array([np.ravel(values[name]) for values in rows])
        for name in [*live.columns.values(), *(shown for shown in ("error",) if shown in rows[0])]
    }


def misses(notebook, answers):
    """By question: how many of the students' answers would not be accepted."""
    truths = key(notebook)
    assert set(answers) == {name.partition("/")[2] for name in truths}
    return {
        name: sum(
            not truths[f"{TASKS[notebook]}/{name}"].accepts(place, answer)
            for place, answer in enumerate(given)
        )
        for name, given in answers.items()
    }


@EACH
def test_two_hundred_numbers_give_the_same_bits_in_v8(notebook, figure_id):
    live = course_figure(notebook, figure_id)
    names = list(live.columns.values())
    chosen = [{"student": student} for student in STUDENTS]
    call = f"({COMPUTED})({json.dumps(live.spec())}, {json.dumps(chosen)}, {json.dumps(names)})"
    shown = data(notebook, figure_id)
    for place, found in enumerate(json.loads(engine().eval(call))):
        for name, numbers in zip(names, found, strict=True):
            if name == "coupling":  # not rounded: it is drawn, never a datum
                np.testing.assert_allclose(numbers, shown[name][place], rtol=1e-12)
            else:
                assert numbers == shown[name][place].tolist(), (STUDENTS[place], name)


@EACH
def test_two_students_have_other_data_and_nobody_has_an_example(notebook, figure_id):
    live = course_figure(notebook, figure_id)
    shown = [np.ravel([np.ravel(live.values(student=s)[c]) for c in live.columns.values()]).tolist()
             for s in (0, 1, 2, 3)]  # fmt: skip
    assert len({json.dumps(each) for each in shown}) == 4


def test_draws_of_one_student_are_those_of_many_side_by_side():
    together = draws.own([7, 8, HIGHEST_NUMBER], 4)
    assert together.shape == (4, 3)
    assert together[:, 1].tolist() == draws.own(8, 4)[:, 0].tolist()
    many = cycle.two_traces.run(3, learners=2, seed=np.array([7, 8]), record=["w"])["w"]
    alone = cycle.two_traces.run(3, learners=1, seed=8, record=["w"])["w"]
    assert many[..., 1].tolist() == alone[..., 0].tolist()


def test_a_number_that_is_no_draw_of_a_class_is_not_used_by_one():
    own = draws.own(3, 1)[0, 0]
    assert own not in draws.uniforms(3, 1000, 0, 10, 2)


def fitted(readings):
    """The memory that fits a student's readings best (least squares)."""

    def missed(nu):
        return np.sum((50 * nu ** np.arange(9) - readings) ** 2)

    return float(optimize.minimize_scalar(missed, bounds=(0, 1), method="bounded").x)


def test_whose_memory_is_it_can_be_answered_from_the_record():
    shown = data("01_ocd_cycle", "own-memory")
    plus = [fitted(readings) for readings in shown["good_size"]]
    minus = [fitted(-readings) for readings in shown["bad_fall"]]
    longer = ["good" if one > other else "bad" for one, other in zip(plus, minus, strict=True)]
    answers = {"nu-plus": plus, "nu-minus": minus, "longer": longer}
    assert misses("01_ocd_cycle", answers) == {"nu-plus": 0, "nu-minus": 0, "longer": 0}


def test_a_memory_read_by_eye_is_close_enough_for_nearly_all():
    good = data("01_ocd_cycle", "own-memory")["good_size"]
    by_eye = (good[:, 1] / good[:, 0]).tolist()
    wrong = ["good"] * len(STUDENTS)
    found = misses("01_ocd_cycle", {"nu-plus": by_eye, "nu-minus": by_eye, "longer": wrong})
    assert found["nu-plus"] <= 10 and found["longer"] > 50


def test_the_record_is_what_the_rule_of_two_traces_does():
    """One act, a pause, one surprise of size 1: the change of the act's weight, step by step."""
    e_plus, changes = 1.0, []
    for _ in range(9):
        changes.append(1000 * 0.05 * 1 * e_plus)
        e_plus = 0.7 * e_plus + 0
    from breaking_the_loop.ocd_cycle.task import DELAYS, reading

    found = reading.evaluate(memory=0.7, delay=DELAYS, luck=0.5)
    np.testing.assert_allclose(found["change"], changes, rtol=1e-12)
    assert (np.abs(found["size"] - changes) <= 0.5).all()


def test_a_strange_infusion_can_be_read_off_its_figure():
    shown = data("02_nmda_mechanism", "own-infusion")
    answers = {"peak": [], "half-life": [], "stuck": []}
    for level, coupling in zip(shown["level"], shown["coupling"], strict=True):
        top = int(level.argmax())
        # Read to whole units, as from the grid, at the drawn points of the curve.
        seen = np.round(level)
        answers["peak"].append(float(seen[top]))
        half = np.interp(-level[top] / 2, -level[top:], 3.0 * np.arange(level.size - top))
        answers["half-life"].append(float(2 * round(half / 2)))
        answers["stuck"].append("left" if coupling.min() < nmda_task.fold() else "never-left")
    assert misses("02_nmda_mechanism", answers) == {"peak": 0, "half-life": 0, "stuck": 0}
    assert 60 < answers["stuck"].count("left") < 140


def test_the_fold_is_where_the_stuck_state_ends_and_the_quiet_one_stays():
    from breaking_the_loop.nmda_mechanism.stuck_circuit import quiet_point, stuck_point

    assert stuck_point(nmda_task.fold() + 0.001) and not stuck_point(nmda_task.fold() - 0.001)
    assert quiet_point(nmda_task.SCALE.default) is not None


def visits():
    shown = data("03_onset_timelines", "own-visits")
    return shown["day"], shown["gap"], shown["error"][:, 0]


def test_two_visits_give_a_time_and_an_interval_by_the_formula_of_the_notebook():
    answers = {"time": [], "lower": [], "upper": []}
    for day, gap, error in zip(*visits(), strict=True):
        ratio, days = np.log(gap[0] / gap[1]), day[1] - day[0]
        spread = 1.96 * error * np.sqrt(1 / gap[0] ** 2 + 1 / gap[1] ** 2)
        answers["time"].append(float(days / ratio))
        answers["lower"].append(float(days / (ratio + spread)))
        answers["upper"].append("known" if ratio > spread else "open")
    assert misses("03_onset_timelines", answers) == {"time": 0, "lower": 0, "upper": 0}
    assert 40 < answers["upper"].count("open") < 160


def test_two_visits_agree_with_a_second_way_to_the_interval():
    """All times under which a chi-square of the two gaps is not above its 95 % limit."""
    answers = {"time": [], "lower": [], "upper": []}
    taus = np.exp(np.linspace(0, np.log(1e5), 20_001))
    for day, gap, error in zip(*visits(), strict=True):
        days = day[1] - day[0]
        ratio = np.exp(-days / taus)
        misfit = (gap[0] * ratio - gap[1]) ** 2 / (error**2 * (1 + ratio**2))
        agree = taus[misfit <= 1.96**2]
        answers["time"].append(float(taus[misfit.argmin()]))
        answers["lower"].append(float(agree[0]))
        answers["upper"].append("open" if agree[-1] == taus[-1] else "known")
    assert misses("03_onset_timelines", answers) == {"time": 0, "lower": 0, "upper": 0}


def test_the_honest_interval_holds_the_true_time_about_as_often_as_it_says():
    students = np.arange(1, 2001)
    luck = draws.own(students, onset_task.DRAWS)
    own = onset_task.own_trial.evaluate(**{f"u_{k + 1}": u for k, u in enumerate(luck)})
    lower, upper, *_ = onset_task.limits(
        own["gap_1"], own["gap_2"], own["error"], own["second_day"] - 7
    )
    held = (lower <= own["fading"]) & (own["fading"] <= upper)
    assert held.mean() > 0.95  # errors beyond one standard error do not occur here


def test_a_virtual_trial_can_be_tested_from_its_table():
    shown = data("04_weighing_the_evidence", "own-trial")
    answers = {name: [] for name in ("difference", "lower", "upper", "significant", "verdict")}
    for drug, saline in zip(shown["ketamine"], shown["saline"], strict=True):
        found = stats.ttest_ind(drug, saline)
        low, high = found.confidence_interval()
        answers["difference"].append(round(float(drug.mean() - saline.mean()), 1))
        answers["lower"].append(round(float(low), 1))
        answers["upper"].append(round(float(high), 1))
        answers["significant"].append("yes" if found.pvalue < 0.05 else "no")
        answers["verdict"].append("differ" if found.pvalue < 0.05 else "cannot-tell")
    assert set(misses("04_weighing_the_evidence", answers).values()) == {0}
    assert 60 < answers["significant"].count("yes") < 140


def test_the_virtual_trial_is_the_first_period_of_the_model_of_part_5():
    """Mean and spread of the improvement in each group, over thousands of trials of either."""
    own = trial_task.gains(np.arange(1, 4001))
    effect = trial_task.own_effect.evaluate(u_effect=draws.own(np.arange(1, 4001), 1)[0])
    for wanted in (0, 9):
        mine = own[:, effect["effect_own"] == wanted]
        model = simulate(1000, n_second=12, n_first=12, drug_effect=wanted, sigma_drug=4.0)
        change = model.b1 - model.p1
        for people in (slice(0, 12), slice(12, 24)):
            one, other = mine[people].ravel(), change[people].ravel()
            assert abs(one.mean() - other.mean()) < 5 * other.std() / np.sqrt(one.size / 2)
            assert one.std() == pytest.approx(other.std(), rel=0.03)


@EACH
def test_what_the_page_is_given_has_no_key(notebook, figure_id, monkeypatch):
    lesson = learn_lesson(notebook)
    element = lesson.task(figure_id, MAKERS[notebook][figure_id]())
    asked = {name.partition("/")[2] for name in key(notebook, [1])}
    assert {part["id"] for part in element.spec["questions"]} == asked
    allowed = {"id", "kind", "question", "unit", "low", "high", "answers"}
    assert all(set(part) <= allowed for part in element.spec["questions"])
    spec = element.figure.spec()
    assert not spec["numbers"]  # no read-out shows what is asked
    said = spec["template"] + json.dumps(spec["columns"])
    for name in ("nu_plus_own", "nu_minus_own", "peak", "half_life", "leaves", "fading", "effect"):
        assert not re.search(rf"\{{{name}[:}}]|\"{name}\"", said), name


@EACH
def test_every_question_of_a_task_has_a_truth_that_its_form_allows(notebook, figure_id):
    questions = LessonFile(lesson_file(notebook)).content["tasks"][figure_id]["questions"]
    for name, truth in key(notebook, np.arange(1, 3001)).items():
        question = questions[name.partition("/")[2]]
        if question["kind"] == "choice":
            assert set(truth.value) <= {*question["answers"], ""}
        else:
            assert (truth.value >= question["low"]).all(), name
            assert (truth.value <= question["high"]).all(), name
            assert (np.broadcast_to(truth.within, truth.value.shape) > 0).all()


@pytest.mark.parametrize("notebook", TASKS)
def test_the_number_is_a_parameter_of_every_notebook(notebook):
    declared = LessonFile(lesson_file(notebook)).content["parameters"]["student"]
    assert (declared["minimum"], declared["maximum"]) == (0, HIGHEST_NUMBER)


def test_a_students_number_is_no_setting_of_the_figure():
    live = course_figure("01_ocd_cycle", "own-memory")
    (record,) = dict(live.spec()["controls"]).values()
    assert record["own"] and isinstance(live.controls["student"], Student)


def learn_lesson(notebook):
    from looplab import learn

    return learn.Lesson(f"breaking_the_loop.{room(notebook)}")
