"""The `looplab` command line: what it passes on, and what it says when it cannot."""

from pathlib import Path

import pytest

from looplab import cli
from looplab.errors import LoopError


@pytest.fixture
def published(monkeypatch):
    """Replace publishing by a recorder of its calls."""
    calls = []

    def publish(notebooks, out, parameters, other_names):
        assert not other_names
        calls.append((notebooks, out, parameters))
        return [out / "01_ocd_cycle.html"]

    monkeypatch.setattr("looplab.publish.publish", publish)
    return calls


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50", 50),
        ("-3", -3),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e-3", 0.001),
        ("true", True),
        ("False", False),
        ("two traces", "two traces"),
        ("", ""),
        ("a=b", "a=b"),
    ],
)
def test_a_parameter_is_read_as_number_boolean_or_text(published, text, value):
    assert cli.main(["publish", "--out", "site", "-p", f"x={text}"]) == 0
    [(_, _, parameters)] = published
    assert parameters == {"x": value}
    assert type(parameters["x"]) is type(value)


def test_publish_passes_on_notebooks_folder_and_parameters_and_prints_the_pages(published, capsys):
    arguments = ["publish", "01_ocd_cycle", "--out", "site", "-p", "a=1", "-p", "b=two"]
    assert cli.main(arguments) == 0
    assert published == [(["01_ocd_cycle"], Path("site"), {"a": 1, "b": "two"})]
    assert capsys.readouterr().out.splitlines() == [str(Path("site", "01_ocd_cycle.html"))]


@pytest.mark.parametrize("text", ["nu_plus", "=0.5", "nu plus=0.5"])
def test_a_parameter_without_name_and_value_is_refused(published, text, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["publish", "--out", "site", "-p", text])
    assert stopped.value.code == 2
    assert f"{text!r} is not a parameter: write NAME=VALUE" in capsys.readouterr().err
    assert not published


@pytest.mark.parametrize("port", ["0", "65536", "eight", "-1"])
def test_a_port_out_of_range_is_refused(port, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["open", f"--port={port}"])
    assert stopped.value.code == 2
    assert "give a number from 1 to 65535" in capsys.readouterr().err


def test_a_reader_s_error_is_shown_without_a_traceback(published, monkeypatch, capsys):
    def publish(*_):
        raise LoopError("no notebook 07_dreams")

    monkeypatch.setattr("looplab.publish.publish", publish)
    assert cli.main(["publish", "07_dreams", "--out", "site"]) == 1
    assert capsys.readouterr().err == "looplab: no notebook 07_dreams\n"


def test_ctrl_c_while_publishing_ends_without_a_traceback(published, monkeypatch, capsys):
    def publish(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("looplab.publish.publish", publish)
    assert cli.main(["publish", "--out", "site"]) == 130
    assert capsys.readouterr().err == "looplab: stopped\n"
