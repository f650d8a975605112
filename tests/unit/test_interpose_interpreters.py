"""Code in another interpreter is refused inside a scope, until interpreters are held."""

import sys

import pytest

from fastaudit import Policy, Violation, current, sandbox

if sys.version_info >= (3, 13):
    import _interpreters as interpreters
else:
    import _xxsubinterpreters as interpreters


@pytest.fixture
def other():
    """An interpreter that the host made."""
    made = interpreters.create()
    yield made
    interpreters.destroy(made)


@pytest.mark.parametrize("policy", [Policy(), Policy(interpreters=True), Policy.unrestricted()], ids=repr)
def test_making_one_inside_is_refused_whatever_the_policy_grants(policy):
    with sandbox(policy) as box, pytest.raises(PermissionError, match="would run code that no scope holds"):
        interpreters.create()
    assert [(v.reason, v.right) for v in box.violations] == [("unheld", "interpreters")]


def test_running_code_in_a_hosts_interpreter_is_refused(other, tmp_path):
    mark = tmp_path / "mark"
    with sandbox(Policy.unrestricted()), pytest.raises(Violation):
        interpreters.run_string(other, f"open({str(mark)!r}, 'w')")
    assert not mark.exists()


def test_a_warning_scope_refuses_it_too(other):
    with sandbox(Policy.unrestricted(), mode="warn"), pytest.raises(Violation):
        interpreters.run_string(other, "1")


def test_the_host_makes_and_runs_them_as_before(other, tmp_path):
    with sandbox(Policy()):
        pass
    mark = tmp_path / "mark"
    interpreters.run_string(other, f"open({str(mark)!r}, 'w').close()")
    assert mark.exists()
    assert current() is None
