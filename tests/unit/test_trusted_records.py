"""What the boxes of callers tell about trusted calls."""

import asyncio
import contextlib

import pytest

from fastaudit import PermissionViolation, Policy, current, sandbox, trusted


def test_the_callers_box_names_it(probe, hold):
    @trusted
    def tool():
        return current()

    with hold("a") as outer, hold("b") as inner:
        assert tool() is None
        tool()
    for box in (outer, inner):
        ((name, location, count),) = box.trusted_calls
        assert name == f"{__name__}.{tool.__qualname__}"
        assert (location.file, location.function) == (__file__, "test_the_callers_box_names_it")
        assert count == 2
        assert box.active_calls() == ()


def test_both_are_told_of_what_is_refused_in_it(probe, hold):
    @trusted(probe.policies["b"])
    def tool():
        return current(), probe()

    with hold("a") as caller:
        box, seen = tool()
    assert seen == "b"
    assert [violation.policy for violation in box.violations] == ["b"]
    assert [violation.policy for violation in caller.violations] == ["b"]
    assert box is not caller


def test_active_calls_shows_what_is_suspended(hold):
    @trusted
    def generator():
        yield box.active_calls()
        yield plain()

    @trusted
    def plain():
        return box.active_calls()

    @trusted
    async def coroutine():
        await asyncio.sleep(0)

    async def main():
        tasks = [asyncio.create_task(coroutine()) for _ in range(3)]
        await asyncio.sleep(0)
        assert box.active_calls() == (f"{__name__}.{coroutine.__qualname__}",) * 3
        await asyncio.gather(*tasks)
        assert box.active_calls() == ()

    with hold("a") as box:
        body = generator()
        name = f"{__name__}.{generator.__qualname__}"
        assert next(body) == (name,)
        assert box.active_calls() == (name,)
        assert next(body) == (name,)
        body.close()
        assert box.active_calls() == ()
        asyncio.run(main())


def test_beyond_a_hundred_functions_the_rest_is_counted_together(hold):
    functions = [trusted(lambda: None) for _ in range(130)]
    with hold("a") as box:
        for function in functions:
            function()
            functions[0]()
    assert len(box.trusted_calls) == 101
    assert box.trusted_calls[0][2] == 131
    assert box.trusted_calls[-1] == ("…", None, 30)


def test_a_body_that_is_dropped_is_no_longer_active(hold):
    @trusted
    def generator():
        yield

    with hold("a") as box:
        body = generator()
        next(body)
        assert len(box.active_calls()) == 1
        del body
        assert box.active_calls() == ()


def test_what_is_refused_names_the_functions_own_code(probe):
    @trusted(Policy(name="narrow"))
    def tool():
        open("/etc/passwd").close()

    with pytest.raises(PermissionViolation) as refused:
        tool()
    assert refused.value.policy == "narrow"
    assert refused.value.origin.function == "tool"
    with sandbox(Policy.unrestricted()), contextlib.suppress(PermissionError):
        tool()
