"""Trusted functions: their maker's authority, whoever calls them, and for as long as the body runs."""

import asyncio
import contextvars
import copy
import functools
import inspect
import pickle
import threading

import pytest

from fastaudit import Policy, carry, trusted


@trusted
def picklable(x):
    """Give x back."""
    return x


def test_a_trusted_function_leaves_its_callers_scopes_behind(probe, hold):
    @trusted
    def function(x, *, y=2):
        return probe(), x, y

    with hold("a"), hold("b"):
        assert function(1, y=3) == ("", 1, 3)
        assert probe() == "ab"
    assert function(1) == ("", 1, 2)


def test_a_policy_narrows_it_further(probe, hold):
    @trusted(probe.policies["b"])
    def function():
        return probe()

    by_name = trusted(function.__wrapped__, policy=probe.policies["c"])
    with hold("a"):
        assert function() == "b"
        assert by_name() == "c"
        assert probe() == "a"
    assert function() == "b"


def test_made_inside_it_grants_what_its_maker_had(probe, hold):
    with hold("a"), hold("b"):

        @trusted
        def function():
            return probe()

    assert function() == "ab"
    with hold("c"):
        assert function() == "ab"
    with hold("a"):
        assert function() == "ab"
        assert probe() == "a"


def test_made_by_a_trusted_function_it_has_that_ones_authority(probe, hold):
    @trusted(probe.policies["b"])
    def maker():
        return trusted(lambda: probe())

    with hold("a"):
        assert maker()() == "b"


def test_it_is_told_of_the_floors_of_the_caller_only_through_the_process(probe, hold):
    @trusted
    def outer():
        with hold("b"):
            return probe(), inner(), probe()

    @trusted(probe.policies["c"])
    def inner():
        return probe()

    with hold("a"):
        assert outer() == ("b", "c", "b")


def test_the_result_is_a_function_of_the_same_kind():
    def function(a, b=1): ...
    def generator(a, b=1):
        yield

    async def coroutine(a, b=1): ...
    async def async_generator(a, b=1):
        yield

    kinds = [inspect.isfunction, inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction]
    for original in (function, generator, coroutine, async_generator):
        made = trusted(original)
        assert [kind(made) for kind in kinds] == [kind(original) for kind in kinds]
        assert inspect.signature(made) == inspect.signature(original)
        assert (made.__name__, made.__qualname__, made.__wrapped__) == (
            original.__name__,
            original.__qualname__,
            original,
        )


def test_it_pickles_by_name_and_copies_as_functions_do():
    assert pickle.loads(pickle.dumps(picklable)) is picklable
    assert copy.deepcopy(picklable) is picklable
    assert picklable(3) == 3


def test_methods_can_be_trusted(probe, hold):
    class Thing:
        @trusted
        def method(self):
            return self, probe()

        @classmethod
        @trusted(probe.policies["b"])
        def of_class(cls):
            return cls, probe()

        @staticmethod
        @trusted()
        def static():
            return probe()

        @property
        @trusted
        def attribute(self):
            return probe()

        @trusted
        def __call__(self):
            return probe()

    thing = Thing()
    with hold("a"):
        assert thing.method() == (thing, "")
        assert Thing.of_class() == (Thing, "b")
        assert thing.static() == ""
        assert thing.attribute == ""
        assert thing() == ""
        assert trusted(thing.method)() == (thing, "")
    assert trusted(functools.partial(lambda x: (x, probe()), 1))() == (1, "")


@pytest.mark.parametrize("wrong", [staticmethod(len), classmethod(len), int, 3])
def test_what_is_no_function_is_answered_by_a_type_error(wrong):
    with pytest.raises(TypeError):
        trusted(wrong)
    with pytest.raises(TypeError):
        trusted(Policy())(wrong)


def test_what_is_no_policy_is_answered_by_a_type_error():
    with pytest.raises(TypeError, match="Policy"):
        trusted(lambda: None, policy="read")


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_exception_passes_and_ends_it(probe, hold, error):
    @trusted
    def function():
        raise error

    with hold("a"):
        with pytest.raises(error):
            function()
        assert probe() == "a"


# ---- what it starts, and what it is given ----


def test_what_it_starts_keeps_its_authority(probe, hold):
    seen = []

    @trusted(probe.policies["b"])
    def start():
        thread = threading.Thread(target=lambda: seen.append(probe()))
        thread.start()
        thread.join()
        asyncio.get_running_loop().call_soon(lambda: seen.append(probe()))
        return asyncio.create_task(later())

    async def later():
        await asyncio.sleep(0)
        seen.append(probe())
        seen.append(await asyncio.to_thread(probe))

    async def guest():
        with hold("a"):
            await start()

    async def main():
        await asyncio.create_task(guest())

    asyncio.run(main())
    assert seen == ["b", "b", "b", "b"]


def test_what_the_caller_carries_stays_held_in_it(probe, hold):
    @trusted
    def apply(function):
        return function(), contextvars.Context().run(function), probe()

    with hold("a"):
        assert apply(probe) == ("", "", "")
        assert apply(carry(probe)) == ("a", "a", "")


def test_contexts_that_it_enters_keep_what_they_carry(probe, hold):
    with hold("b"):
        other = contextvars.copy_context()

    @trusted
    def function():
        return other.run(probe), probe()

    with hold("a"):
        assert function() == ("b", "")


def test_in_a_thread_and_in_a_context_of_ones_own_it_leaves_all_of_it_behind(probe, hold):
    seen = []
    function = trusted(lambda: seen.append(probe()))

    def work():
        contextvars.Context().run(function)
        carried()
        seen.append(probe())

    with hold("a"):
        with hold("b"):
            carried = carry(function)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert seen == ["", "", "a"]


def test_a_generator_that_is_held_does_not_hold_what_it_calls(probe, hold):
    function = trusted(lambda: probe())

    def body():
        with hold("a"):
            while True:
                yield probe(), function(), probe()

    @trusted
    def steps():
        return next(generator), probe()

    generator = body()
    contextvars.copy_context().run(next, generator)
    assert contextvars.Context().run(next, generator) == ("a", "", "a")
    with hold("b"):
        assert steps() == (("a", "", "a"), "")
    generator.close()


def test_calls_nest_deeply(probe, hold):
    def deep(level):
        if level == 0:
            return probe()
        return function(level - 1)

    function = trusted(deep)
    with hold("a"):
        assert function(60) == ""
        with pytest.raises(RecursionError):
            function(100_000)
        assert probe() == "a"
        assert function(3) == ""
