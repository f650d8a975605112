"""The decision tables against the reference: what they say is what the rules mean, not only what the core does."""

import pytest
from case_stage import collect, operand, reference_policy
from reference import meaning

CASES = [case for case in collect() if "event" in case.values[0]]


@pytest.mark.parametrize("stage", CASES, indirect=True)
def test_the_reference_agrees_with_the_table(stage):
    case, names, _ = stage
    args = tuple(operand(value, names) for value in case["args"])
    policies = [reference_policy(policy) for policy in (*case.get("around", ()), case["policy"])]
    answers = [meaning.decide(parts, case["event"], args) for parts in reversed(policies)]
    answer = next((answer for answer in answers if not answer), answers[0])
    assert (answer.verdict, answer.reason) == (case["verdict"], case.get("reason", ""))
    if case["verdict"] != "allow":
        assert answer.right in ("", case.get("right", answer.right))
