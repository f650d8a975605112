"""Every known way out does its harm where there is no sandbox, and none inside one; the host works on."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from technique import HERE, techniques

ALL = techniques()
README = HERE.parents[1] / "README.md"


class Launcher:
    """The interpreter in which techniques are forked."""

    def __init__(self, folder):
        self.errors = open(folder / "errors", "w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                f"import sys; sys.path.append({str(HERE)!r}); import launcher; launcher.main()",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=folder,
            text=True,
        )

    def __call__(self, technique):
        self.process.stdin.write(f"{technique.file}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.communicate(timeout=60)
        self.errors.close()


@pytest.fixture(scope="module")
def launcher(tmp_path_factory):
    launcher = Launcher(tmp_path_factory.mktemp("launcher"))
    yield launcher
    launcher.close()


def check_bare(technique, run):
    told = run["told"]
    if technique.harm != "death":
        assert told is not None, "it ended its process"
        assert "broken" not in told, told.get("broken")
    assert run["harmed"], f"it does no harm where nothing holds it: {told and told['raised']}"


def check_inside(technique, run):
    told = run["told"]
    if technique.hole is not None:
        assert run["harmed"], f"it is held now: take it from the README's known holes: {told}"
        return
    assert not run["harmed"], f"it escapes: {told}"
    assert told is not None, f"it ended its process: status {run['status']}"
    assert "broken" not in told, told.get("broken")
    assert run["host"] == "", f"the host does not work: {run['host']}"
    assert run["status"] == 0
    if "unseen" not in technique.data:
        assert told["violations"] or told["raised"], "nothing was refused: why is it held?"


def runnable(technique):
    missing = technique.lacks()
    marks = [pytest.mark.skip(reason=f"{missing} cannot be obtained for this Python")] if missing else []
    return pytest.param(technique, id=technique.name, marks=marks)


@pytest.mark.parametrize("technique", [runnable(one) for one in ALL if one.applies()])
def test_it_does_harm_and_is_held(technique, launcher):
    bare, inside = launcher(technique)
    check_bare(technique, bare)
    check_inside(technique, inside)


def holes():
    """The README's known holes, without the marks of its table."""
    section = re.search(r"^## Known holes\n(.*?)^## ", README.read_text(), re.DOTALL | re.MULTILINE)
    return re.sub(r"[`*]", "", section[1])


@pytest.mark.parametrize("technique", [one for one in ALL if one.hole], ids=lambda one: one.name)
def test_what_is_not_held_is_in_the_readme(technique):
    assert re.sub(r"[`*]", "", technique.hole) in holes()


def test_no_technique_says_the_same_as_another():
    titles = [technique.title for technique in ALL]
    assert sorted(titles) == sorted(set(titles))
    assert all(isinstance(technique.file, Path) for technique in ALL)
