"""What a scope remembers: violations here and inside, counts, and what was left open."""

import contextvars
import gc
import threading

import pytest

from fastaudit import Deny, PermissionViolation, Policy, ScopeError, Violation, current, sandbox


def test_a_swallowed_violation_is_in_the_record_of_the_refusing_scope_and_of_those_around_it(probe, hold):
    with hold("c") as outer, hold("a") as middle, hold("b") as inner:
        with pytest.raises(PermissionError):
            probe.files["a"].open()
    assert [len(box.violations) for box in (outer, middle, inner)] == [1, 1, 0]
    assert str(outer.violations[0]) == str(middle.violations[0])
    (violation,) = middle.violations
    assert isinstance(violation, PermissionViolation)
    assert violation.policy == "a"
    assert violation.right == "read"
    assert violation.target == str(probe.files["a"])


def test_a_violation_names_where_it_happened_and_where_its_scope_was_entered(probe, hold):
    def act():
        return probe.files["a"].read_text()

    with pytest.raises(PermissionViolation) as caught, hold("a"):
        act()
    error = caught.value
    assert (error.location.file, error.location.function) == (__file__, act.__name__)
    assert error.location.line == act.__code__.co_firstlineno + 1
    assert error.origin.file == __file__
    assert "test_a_violation_names_where" in error.origin.function


def test_a_policy_that_is_in_force_twice_is_judged_once_and_recorded_in_both(probe, hold):
    with hold("a") as outer, hold("a") as inner, pytest.raises(PermissionError):
        probe.files["a"].open()
    assert [len(box.violations) for box in (outer, inner)] == [1, 1]


def test_the_first_hundred_are_kept_and_the_rest_counted(probe, hold):
    with hold("a") as box:
        for _ in range(250):
            with pytest.raises(PermissionError):
                probe.files["a"].open()
    assert len(box.violations) == 100
    assert box.dropped == 150


def test_allowed_events_are_counted_by_right(probe, hold):
    with hold("c") as outer, hold("a") as inner:
        before = outer.allowed.get("read", 0), inner.allowed.get("read", 0)
        for _ in range(5):
            probe.files["b"].open().close()
        after = outer.allowed["read"], inner.allowed["read"]
    assert (after[0] - before[0], after[1] - before[1]) == (5, 5)
    assert isinstance(inner.allowed, dict)
    inner.allowed["read"] = 0
    assert inner.allowed["read"] == after[1]


def test_quiet_refusals_are_counted_and_are_no_violations(tmp_path):
    (tmp_path / "module_of_its_own.py").write_text("x = 1\n")
    with sandbox(Policy()) as box, pytest.raises(PermissionViolation):
        (tmp_path / "__pycache__").mkdir()
        (tmp_path / "x").write_text("")
    assert box.quiet + len(box.violations) >= 1
    assert box.policy == Policy()


def test_a_box_is_readable_after_the_end_and_has_no_power(probe, hold):
    with hold("a") as box:
        probe()
    for name in ("violations", "dropped", "quiet", "allowed", "left_open", "policy"):
        getattr(box, name)
        with pytest.raises(AttributeError):
            setattr(box, name, None)
    assert box.policy is probe.policies["a"]
    assert "1 violation" in repr(box) and "ended" in repr(box)
    with pytest.raises(TypeError):
        type(box)()
    assert not any(name in dir(box) for name in ("stop", "__exit__", "__enter__", "close"))


def test_current_is_the_innermost_box_in_force(probe, hold):
    assert current() is None
    with hold("a") as outer:
        assert current() is outer
        with hold("b") as inner:
            assert current() is inner
            assert contextvars.Context().run(current) is inner
            seen = []
            thread = threading.Thread(target=lambda: seen.append(current()))
            thread.start()
            thread.join()
            assert seen == [inner]
        assert current() is outer
    assert current() is None


# ---- strict ----


def test_strict_raises_the_first_swallowed_violation_on_a_clean_exit(probe, hold):
    with pytest.raises(PermissionViolation) as caught, hold("a", strict=True) as box:
        for name in "ba":
            try:
                probe.files[name].open().close()
            except PermissionError:
                pass
    assert caught.value.target == str(probe.files["a"])
    assert str(caught.value) == str(box.violations[0])
    assert probe() == ""


def test_strict_leaves_another_exception_alone(probe, hold):
    with pytest.raises(ZeroDivisionError), hold("a", strict=True):
        assert probe() == "a"
        1 / 0  # noqa: B018
    assert probe() == ""


def test_strict_is_content_when_nothing_was_refused(hold):
    with hold("a", strict=True) as box:
        pass
    assert box.violations == ()


def test_strict_looks_at_what_the_scopes_inside_refused(probe, hold):
    with pytest.raises(PermissionViolation), hold("b", strict=True), hold("a"):
        assert probe() == "ab"


@pytest.mark.asyncio
async def test_strict_with_async_with(probe, hold):
    with pytest.raises(PermissionViolation):
        async with hold("a", strict=True):
            assert probe() == "a"
    assert probe() == ""


# ---- mode="warn" ----


def test_warn_records_what_would_be_refused_and_lets_it_go(probe, hold):
    with hold("a", mode="warn") as box:
        assert probe() == ""
    assert [violation.target for violation in box.violations] == [str(probe.files["a"])]


def test_warn_leaves_other_scopes_to_refuse(probe, hold):
    with hold("b") as outer, hold("a", mode="warn") as warning, hold("c"):
        assert probe() == "bc"
    assert len(outer.violations) == 3
    assert len(warning.violations) == 2
    with hold("a", mode="warn"), hold("a"):
        assert probe() == "a"
    with hold("a"), hold("a", mode="warn"):
        assert probe() == "a"


def test_warn_refuses_what_would_undo_the_guard(probe):
    closed = Policy.unrestricted().replace(name="closed", deny=Deny(introspect=True))
    with sandbox(closed, mode="warn") as box, pytest.raises(PermissionViolation):
        gc.get_objects()
    assert len(box.violations) == 1


def test_warn_and_strict_together_raise_nothing(probe, hold):
    with hold("a", mode="warn", strict=True) as box:
        assert probe() == ""
    assert len(box.violations) == 1


# ---- mistakes ----


@pytest.mark.parametrize(
    "arguments, options, error",
    [
        ((), {}, TypeError),
        ((None,), {}, TypeError),
        (("policy",), {}, TypeError),
        ((Policy,), {}, TypeError),
        ((Policy(), 1), {}, TypeError),
        ((Policy(),), {"strict": 1}, TypeError),
        ((Policy(),), {"mode": "off"}, ValueError),
        ((Policy(),), {"mode": None}, ValueError),
        ((Policy(),), {"other": 1}, TypeError),
    ],
)
def test_a_wrong_argument_is_answered_by_one_clear_error(arguments, options, error):
    with pytest.raises(error):
        sandbox(*arguments, **options)


def test_a_manager_is_immutable_and_says_what_it_is(probe, hold):
    manager = hold("a", strict=True, mode="warn")
    assert manager.policy is probe.policies["a"]
    for change in (
        lambda: setattr(manager, "policy", None),
        lambda: setattr(type(manager), "__exit__", None),
        lambda: setattr(manager, "__exit__", None),
        lambda: delattr(type(manager), "__enter__"),
        lambda: type("Sub", (type(manager),), {}),
    ):
        with pytest.raises((TypeError, AttributeError)):
            change()
    assert repr(manager).startswith("sandbox(") and "strict=True" in repr(manager)


def test_errors_can_be_told_apart(probe, hold):
    assert issubclass(ScopeError, RuntimeError)
    with pytest.raises(PermissionError) as caught, hold("a"):
        probe.files["a"].open()
    assert isinstance(caught.value, Violation)
    assert (caught.value.errno, caught.value.filename) == (13, str(probe.files["a"]))
