"""One figure of each id in a notebook, as its kernel sees the cells."""

from types import SimpleNamespace

import pytest

from looplab.errors import ModelError
from looplab.figure import places


class Figure:
    """What places.py needs to know of a figure."""

    def __init__(self, id="boundary"):
        self.id, self.closed = id, False

    def close(self):
        self.closed = True


@pytest.fixture
def run(monkeypatch):
    """`run(cell, figure)`: the kernel runs a cell that shows the figure."""
    listeners = []
    events = SimpleNamespace(
        callbacks={"pre_run_cell": listeners},
        register=lambda _, listener: listeners.append(listener),
    )
    shell = SimpleNamespace(user_ns={"In": [""]}, events=events)
    monkeypatch.setattr(places, "get_ipython", lambda: shell)
    monkeypatch.setattr(places, "_places", {})

    def run(cell, *figures, source="show()", deleted=()):
        metadata = {"cellId": cell, "deletedCells": list(deleted)} if cell else {}
        request = {"metadata": metadata, "content": {"code": source}}
        shell.get_parent = lambda: request
        shell.user_ns["In"].append(source)
        for listener in listeners:
            listener(None)
        for figure in figures:
            places.take(figure)

    return run


def test_a_second_cell_with_the_same_figure_is_refused_and_both_are_named(run):
    run("first", Figure(), source='lesson.predict("where", figures.boundary())')
    with pytest.raises(ModelError) as error:
        run("second", Figure(), source="\nfigures.boundary()\n")
    assert "id 'boundary'" in str(error.value)
    assert 'the cell [1] (`lesson.predict("where", figures.boundary())`)' in str(error.value)
    assert "the cell [2] (`figures.boundary()`)" in str(error.value)


def test_two_figures_of_one_id_in_one_run_are_refused(run):
    with pytest.raises(ModelError):
        run("first", Figure(), Figure())


def test_a_cell_may_run_again_also_after_an_edit_and_lets_go_of_what_it_showed(run):
    before, now = Figure(), Figure()
    run("first", before)
    run("first", now, source="show(1)")
    assert before.closed and not now.closed


def test_one_figure_may_be_shown_in_several_cells_and_others_beside_it(run):
    figure = Figure()
    run("first", figure)
    run("second", figure, Figure("other"))
    assert not figure.closed
    run("first", Figure())
    assert not figure.closed  # the second cell shows it still


def test_a_deleted_cell_is_forgotten(run):
    run("first", Figure())
    run("second", deleted=["first"])
    run("third", Figure())


def test_where_cells_have_no_ids_nothing_is_refused(run):
    run(None, Figure())
    run(None, Figure())
