"""What JupyterLab is given on opening a notebook, and what its file keeps on saving."""

import asyncio
import copy
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from looplab import saved
from looplab.contents import CourseContents

SHIPPED = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
MODEL = {"model_name": "AnyModel", "state": {"spec": {"id": "worth"}}}


def notebook(metadata, *data):
    outputs = [{"output_type": "display_data", "data": each, "metadata": {}} for each in data]
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "", "outputs": outputs,
            "execution_count": 1}  # fmt: skip
    return {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def figure(**more):
    view = {"version_major": 2, "version_minor": 0, "model_id": "worth"}
    return {saved.VIEW: view | more, "image/png": "ZG90", "text/plain": "Worth"}


@pytest.fixture
def file(tmp_path):
    """A notebook's file, and the contents manager that opens and saves it."""
    # A thread of its own: in this one a browser's loop may run.
    thread = ThreadPoolExecutor(1)
    contents = thread.submit(CourseContents, root_dir=str(tmp_path)).result()

    def finished(work):
        return thread.submit(asyncio.run, work).result()

    class File:
        path = tmp_path / "a.ipynb"

        def write(self, nb):
            self.path.write_text(json.dumps(nb), encoding="utf-8")

        def read(self):
            return json.loads(self.path.read_text(encoding="utf-8"))

        def open(self):
            return finished(contents.get("a.ipynb"))["content"]

        def save(self, nb):
            model = {"type": "notebook", "content": json.loads(json.dumps(nb))}
            finished(contents.save(model, "a.ipynb"))

    yield File()
    thread.shutdown()


def test_on_opening_the_kernel_is_named_as_jupyterlab_would(file):
    file.write(notebook(SHIPPED))
    metadata = file.open()["metadata"]
    name = KernelSpecManager().get_kernel_spec("python3").display_name
    assert metadata["kernelspec"]["display_name"] == name
    assert metadata["language_info"]["version"] == sys.version.split()[0]
    assert file.read() == notebook(SHIPPED)


def test_saving_what_was_opened_says_of_the_kernel_what_the_file_said(file):
    file.write(notebook(SHIPPED))
    file.save(file.open())
    assert file.read()["metadata"] == SHIPPED


def test_another_kernel_s_notebook_is_left_as_it_is(file):
    other = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}
    file.write(notebook(other))
    assert file.open()["metadata"]["kernelspec"] == other["kernelspec"]
    assert "language_info" not in file.open()["metadata"]


def test_a_figure_that_was_run_is_kept_once_however_often_it_is_saved(file):
    file.write(notebook(SHIPPED))
    ran = notebook(SHIPPED, figure(state={"worth": MODEL}))
    for _ in range(3):
        file.save(ran)
        assert saved.states(file.read()) == {"worth": MODEL}
        [output] = file.read()["cells"][0]["outputs"]
        assert output["data"][saved.VIEW] == figure()[saved.VIEW]
        assert set(output["data"]) == set(figure())


def test_a_save_that_leaves_the_state_out_does_not_lose_it(file):
    state = {saved.STATE: {"version_major": 2, "version_minor": 0, "state": {"worth": MODEL}}}
    file.write(notebook(SHIPPED | {"widgets": state}, figure()))
    wiped = copy.deepcopy(file.open())
    del wiped["metadata"]["widgets"]
    file.save(wiped)
    assert saved.states(file.open()) == {"worth": MODEL}


def test_a_figure_of_which_nothing_was_kept_shows_its_picture(file):
    file.write(notebook(SHIPPED, figure()))
    [output] = file.open()["cells"][0]["outputs"]
    assert set(output["data"]) == {"image/png", "text/plain"}


def test_over_a_broken_file_a_notebook_is_saved_all_the_same(file):
    file.path.write_text("<<<<<<< HEAD", encoding="utf-8")
    file.save(notebook(SHIPPED, figure(state={"worth": MODEL})))
    assert saved.states(file.read()) == {"worth": MODEL}
