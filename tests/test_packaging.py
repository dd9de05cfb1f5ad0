"""What a newcomer installs: the lists of requirements agree and no file is missing."""

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
import yaml
from browser import REPOSITORY, missing
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec

CONFIGURATION = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = CONFIGURATION["project"]
REQUIREMENTS = [Requirement(text) for text in PROJECT["dependencies"]]
NOTEBOOKS = sorted(REPOSITORY.glob("notebooks/*.ipynb"))

# matplotlib on conda-forge brings a desktop window toolkit; its -base package is PyPI's matplotlib.
# Those of Jupyter are written with an underscore there.
CONDA_NAMES = {
    "matplotlib": "matplotlib-base",
    "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core",
    "jupyter-server": "jupyter_server",
}


def group(name: str) -> list[Requirement]:
    """The requirements of a dependency group, and of those that it includes."""
    found = []
    for entry in CONFIGURATION["dependency-groups"][name]:
        found += [Requirement(entry)] if isinstance(entry, str) else group(entry["include-group"])
    return found


def locked() -> list[Requirement]:
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    entries = re.sub(r" \\\n +--hash=sha256:[0-9a-f]{64}", "", text).splitlines()
    return [Requirement(entry) for entry in entries if not entry.startswith("#")]


def imported_modules(path: Path) -> set[str]:
    """The top-level names that a Python file imports, inside functions too."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules.add(node.module.split(".")[0])
    return modules


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=REPOSITORY, capture_output=True, text=True
    )


def test_conda_and_pip_users_get_the_same_versions_of_what_course_and_tests_need():
    environment = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    wanted = {
        CONDA_NAMES.get(requirement.name, requirement.name): requirement.specifier
        for requirement in [*REQUIREMENTS, *group("dev")]
    } | {"pip": SpecifierSet()}
    # As repo2docker reads it (buildpacks/conda): otherwise it begins with a Python of its own.
    [(python, version)] = [
        (text, found[1]) for text in conda if (found := re.match(r"python\s*=+\s*([\d.]+)", text))
    ]
    assert version in SpecifierSet(PROJECT["requires-python"])
    conda.remove(python)
    found = {}
    for text in conda:
        spec = MatchSpec(text)
        found[spec.name.normalized] = SpecifierSet(str(spec.version or ""))
    *from_pip, itself = pip["pip"]
    for requirement in map(Requirement, from_pip):
        found[requirement.name] = requirement.specifier
    assert found == wanted
    assert itself == "-e ."


def test_every_package_that_looplab_imports_is_a_declared_requirement():
    declared = {requirement.name for requirement in REQUIREMENTS}
    # What a function imports from this group says how to install it where it is missing.
    declared |= {Requirement(text).name for text in CONFIGURATION["dependency-groups"]["sweep"]}
    packages = metadata.packages_distributions()
    template = REPOSITORY / "src" / "looplab" / "template"  # a course with requirements of its own
    for path in set((REPOSITORY / "src").rglob("*.py")) - set(template.rglob("*.py")):
        for module in (
            imported_modules(path) - sys.stdlib_module_names - {"looplab", "breaking_the_loop"}
        ):
            names = {canonicalize_name(name) for name in packages.get(module, [module])}
            assert names & declared, f"{path.name} imports {module}, which pyproject.toml lacks"


def test_the_lock_pins_one_version_of_each_requirement_that_pyproject_allows():
    pins = locked()
    for requirement in REQUIREMENTS:
        versions = [
            pin.specifier for pin in pins if canonicalize_name(pin.name) == requirement.name
        ]
        assert versions, f"{requirement.name} is not in requirements.lock"
        for version in versions:
            [pin] = version
            assert pin.operator == "=="
            assert pin.version in requirement.specifier, f"{requirement} but locked {pin}"


def test_the_lock_holds_everything_that_the_requirements_require():
    pins = {}
    for pin in locked():
        if pin.marker is None or pin.marker.evaluate():
            [version] = pin.specifier
            pins[canonicalize_name(pin.name)] = version.version
    waiting = [(requirement, "looplab") for requirement in REQUIREMENTS]
    seen = set()
    while waiting:
        requirement, parent = waiting.pop()
        name = canonicalize_name(requirement.name)
        assert name in pins, f"{parent} requires {name}, which is not in requirements.lock"
        assert requirement.specifier.contains(pins[name], prereleases=True), (
            f"{parent} requires {requirement}, but {pins[name]} is locked"
        )
        for extra in {"", *requirement.extras}:
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            for text in metadata.requires(name) or []:
                needed = Requirement(text)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    waiting.append((needed, name))


def test_the_lock_hashes_every_pin_and_names_no_host():
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text)
    for entry in entries:
        if not entry.startswith("#"):
            assert "--hash=sha256:" in entry, entry
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


def test_every_file_of_the_package_is_in_the_wheel(tmp_path):
    built = run("hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    source = REPOSITORY / "src"
    files = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files - packed == set()
    handed_out = {
        f"breaking_the_loop/bundled/{path.relative_to(REPOSITORY).as_posix()}"
        for pattern in ("notebooks/[0-9][0-9]_*.ipynb", "assets/**/*.*", "LICENSE*")
        for path in REPOSITORY.glob(pattern)
    }
    assert handed_out == {name for name in packed if "/bundled/" in name}


def test_the_citation_gives_the_current_version():
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == PROJECT["version"] == metadata.version("looplab")


def test_code_and_notebooks_are_ruff_clean():
    checked = run("ruff", "check")
    assert checked.returncode == 0, checked.stdout
    formatted = run("ruff", "format", "--check")
    assert formatted.returncode == 0, formatted.stdout


def test_pre_commit_understands_its_configuration():
    checked = run("pre_commit", "validate-config", ".pre-commit-config.yaml")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_what_a_machine_lacks_skips_a_test_but_fails_it_in_ci(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        missing("no browser")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        missing("no browser")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_as_pre_commit_stores_it(path: Path):
    configuration = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())
    [hook] = [hook for hook in configuration["repos"][0]["hooks"] if hook["id"] == "nbstripout"]
    options = hook["entry"].split()[3:]
    verified = run("nbstripout", *options, "--verify", str(path))
    assert verified.returncode == 0, f"run pre-commit: {verified.stdout}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_code_cell_was_run_in_order(path: Path):
    # nbval passes a cell with no execution count without comparing anything.
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(cells) + 1))


def test_the_archive_the_citation_and_the_paper_say_the_same():
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text("utf-8"))
    archive = json.loads((REPOSITORY / ".zenodo.json").read_text("utf-8"))
    _, head, text = (REPOSITORY / "paper.md").read_text("utf-8").split("---\n", 2)
    paper = yaml.safe_load(head)
    assert archive["title"] == paper["title"] == citation["title"]
    assert archive["version"] == citation["version"]
    assert archive["keywords"] == citation["keywords"]
    names = [author["name"] for author in citation["authors"]]
    assert [each["name"] for each in archive["creators"]] == names
    assert [each["name"] for each in paper["authors"]] == names
    cited = set(re.findall(r"@([a-z]+[0-9]{4})", text))
    listed = (REPOSITORY / paper["bibliography"]).read_text("utf-8")
    assert set(re.findall(r"@article{(.+),", listed)) == cited
    known = (REPOSITORY / "assets" / "bibliography.json").read_text("utf-8").lower()
    for doi in re.findall(r"doi = {(.+)}", listed):
        assert f'"{doi.lower()}"' in known
