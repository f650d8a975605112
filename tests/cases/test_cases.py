"""The decision tables: each case is judged by a dry run, and done for real where it says how."""

import contextlib
import textwrap
import tomllib
from pathlib import Path

import pytest
from case_stage import Fill, host_kept, listeners, make_policy, make_tree, namespace, operand, play, snapshot

from fastaudit import Violation

KEYS = {
    "why", "policy", "around", "event", "args", "verdict", "reason", "right", "rule",
    "act", "raises", "then", "first", "tree", "cwd", "swallowed", "seen", "hole",
}  # fmt: skip


def collect():
    for file in sorted(Path(__file__).parent.glob("*.toml")):
        table = tomllib.loads(file.read_text())
        for case in table["case"]:
            assert case.keys() <= KEYS, f"{file.name}: {case['why']}: {case.keys() - KEYS}"
            case["tree"] = [*table.get("tree", ()), *case.get("tree", ())]
            marks = [pytest.mark.xfail(reason=case["hole"])] if "hole" in case else []
            yield pytest.param(case, id=f"{file.stem}: {case['why']}", marks=marks)


@pytest.fixture
def stage(request, tmp_path, monkeypatch):
    """The case with its places filled in, its tree made, its policies built; and the names its texts may use."""
    case = request.param
    tmp = tmp_path.resolve() / "stage"
    tmp.mkdir()
    make_tree(tmp, case["tree"])
    monkeypatch.setenv("PATH", f"{tmp}/bin", prepend=":")
    with contextlib.ExitStack() as stack:
        places = {"tmp": tmp}
        if "port}" in str(case) or "udp}" in str(case) or "/sock" in str(case):
            places.update(stack.enter_context(listeners(tmp)))
        stack.enter_context(host_kept())
        case = Fill(places)(case)
        monkeypatch.chdir(case.get("cwd", tmp))
        names = namespace(tmp=tmp, **{k: v for k, v in places.items() if k != "tmp"})
        exec(case.get("first", ""), names)
        case["policies"] = [make_policy(policy) for policy in (*case.get("around", ()), case["policy"])]
        yield case, names, tmp
        names.clear()


def dry_run(case, names):
    """The answer of the policies: the first from the inside that does not allow."""
    args = tuple(operand(value, names) for value in case["args"])
    answers = [policy._ruleset.decide(case["event"], args) for policy in reversed(case["policies"])]
    return next((answer for answer in answers if answer[0] != "allow"), answers[0])


@pytest.mark.parametrize("stage", list(collect()), indirect=True)
def test_the_dry_run_and_the_act_agree_with_the_table(stage):
    case, names, tmp = stage
    verdict, reason = case["verdict"], case.get("reason", "")
    assert (verdict == "allow") == (reason == "")
    assert "act" in case or "event" in case

    if "event" in case:
        outcome, why, right, rule = dry_run(case, names)
        assert (outcome, why) == (verdict, reason)
        assert case.get("right", right) == right
        assert case.get("rule", rule) == rule

    if "act" in case:
        source = "def act():\n" + textwrap.indent(case["act"], "    ")
        exec(compile(source, "<act>", "exec"), names)
        before = snapshot(tmp)
        boxes, error = play(case["policies"], names["act"])
        check_act(case, boxes, error)
        if verdict != "allow" and "then" not in case:
            assert snapshot(tmp) == before, "the act was refused and yet did something"

    if "then" in case:
        assert eval(case["then"], names)


def check_act(case, boxes, error):
    violations = [violation for box in boxes for violation in box.violations]
    raised = case.get("raises")
    if case["verdict"] == "allow":
        assert violations == []
        assert (type(error).__name__ if error else None) == raised
        return
    if case["verdict"] == "quiet":
        assert violations == []
        assert boxes[-1].quiet > 0
        assert isinstance(error, PermissionError) or case.get("swallowed")
        return
    assert violations, f"not refused: {error!r}"
    first = violations[0]
    assert first.reason == case["reason"]
    assert first.event == case.get("seen", case.get("event", first.event))
    assert first.right == case.get("right", first.right)
    if raised is not None:
        assert type(error).__name__ == raised
    elif not case.get("swallowed"):
        assert isinstance(error, Violation)
