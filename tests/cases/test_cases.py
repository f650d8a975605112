"""The decision tables: each case is judged by a dry run, and done for real where it says how."""

import textwrap

import pytest
from case_stage import collect, operand, play, snapshot

from fastaudit import Violation


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
