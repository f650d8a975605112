"""Each file of `cases` does something ordinary inside; nothing is refused, and the host does the same afterwards."""

import ast
import importlib.util
from pathlib import Path

import pytest

from fastaudit import Policy, sandbox

HERE = Path(__file__).parent / "cases"
KEYS = ("policy", "refused", "needs")


class Case:
    """One file, and what the docstring that it begins with says of it."""

    def __init__(self, file):
        self.file = file
        self.name = file.relative_to(HERE).with_suffix("").as_posix()
        self.title, *lines = ast.get_docstring(ast.parse(file.read_bytes())).splitlines()
        self.data = dict(line.split(": ", 1) for line in lines)
        assert set(self.data) <= set(KEYS), f"{file}: its docstring has lines that are none of {KEYS}"

    def load(self):
        spec = importlib.util.spec_from_file_location("benign_" + self.name.replace("/", "_"), self.file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def policy(self, box):
        names = {"Policy": Policy, "box": box, "__file__": str(self.file)}
        return eval(self.data.get("policy", "Policy(read=[box], write=[box])"), names)


CASES = [Case(file) for file in sorted(HERE.rglob("*.py"))]


def runnable(case):
    needs = case.data.get("needs")
    missing = needs is not None and importlib.util.find_spec(needs) is None
    case.module = None if missing else case.load()
    marks = [pytest.mark.skip(reason=f"{needs} cannot be obtained for this Python")] if missing else []
    return pytest.param(case, id=case.name, marks=marks)


def make_box(folder, module):
    box = folder.resolve() / "box"
    box.mkdir(parents=True)
    getattr(module, "prepare", lambda box: None)(box)
    return box


@pytest.mark.parametrize("case", [runnable(case) for case in CASES])
def test_it_is_done_and_the_host_does_the_same(case, tmp_path):
    module = case.module
    box = make_box(tmp_path / "guest", module)
    with sandbox(case.policy(box)) as record:
        inside = module.guest(box)
    rights = {violation.right for violation in record.violations}
    assert rights == set(case.data.get("refused", "").split()), record.violations
    assert inside is not None
    if not rights:
        assert module.guest(make_box(tmp_path / "host", module)) == inside


def test_no_case_says_the_same_as_another():
    titles = [case.title for case in CASES]
    assert len(titles) >= 80
    assert sorted(titles) == sorted(set(titles))
