"""What a guest tries with the contexts and scopes that it meets in a trusted call."""

import asyncio
import contextlib
import contextvars
import threading
import types

import pytest

from fastaudit import ScopeError, ScopeWarning, trusted


@pytest.fixture
def seen():
    return []


def test_a_context_copied_inside_gives_nothing_afterwards(probe, hold):
    @trusted
    def tool(function):
        return function(), contextvars.copy_context()

    def take():
        context = contextvars.copy_context()
        variable = next((v for v in context if v.name == "fastaudit"), None)
        token = None if variable is None else variable.set(context[variable])
        return context, variable, token

    with hold("a"):
        (context, variable, token), other = tool(take)
        for each in (context, other, contextvars.Context()):
            assert each.run(probe) == "a"
            assert each.copy().run(probe) == "a"
            assert contextvars.Context().run(each.run, probe) == "a"
        mine = contextvars.copy_context()[variable]
        for value in (context[variable], other[variable]):
            with pytest.raises(ScopeError):
                variable.set(value)
        with pytest.raises((ScopeError, RuntimeError)):
            variable.reset(token)
        assert contextvars.copy_context()[variable] is mine
        assert probe() == "a"
        both = context.run(contextvars.copy_context)
        with contextlib.suppress(ScopeError):
            variable.set(both[variable])
        assert probe() == "a"


def test_values_taken_inside_give_nothing_in_the_body_of_a_suspended_one(probe, hold):
    taken = []

    @trusted
    def generator():
        while True:
            taken.append(contextvars.copy_context())
            yield probe()

    with hold("a"):
        body = generator()
        next(body)
        (context,) = taken
        (variable,) = (v for v in context if v.name == "fastaudit")
        both = context.run(contextvars.copy_context)
        with pytest.raises(ScopeError):
            variable.set(context[variable])
        joined = context.run(lambda: contextvars.copy_context()[variable])
        with contextlib.suppress(ScopeError):
            variable.set(joined)
        assert probe() == "a"
        assert next(body) == ""
        assert probe() == "a"
        assert both.run(probe) == "a"
        assert both.run(next, body) == ""
        assert both.run(probe) == "a"
        body.close()


def test_the_context_of_a_trusted_task_holds_who_runs_something_in_it(probe, hold, seen):
    @trusted
    def start():
        context = contextvars.copy_context()
        return asyncio.get_running_loop().create_task(asyncio.sleep(0.01), context=context), context

    async def guest():
        with hold("a"):
            task, context = start()
            seen.append(context.run(probe))
            loop = asyncio.get_running_loop()
            await loop.create_task(asyncio.sleep(0), context=context)

            async def body():
                seen.append(probe())

            await loop.create_task(body(), context=context)
            task.add_done_callback(lambda _: seen.append(probe()), context=context)
            await task
            await asyncio.sleep(0)
            thread = threading.Thread(target=context.run, args=(lambda: seen.append(probe()),))
            thread.start()
            thread.join()

    asyncio.run(guest())
    assert seen == ["a"] * 4


def test_scopes_set_inside_are_gone_and_those_of_the_caller_are_back(probe, hold):
    @trusted
    def tool(function):
        return function()

    with hold("a"), hold("b"):
        value = contextvars.copy_context()
        (variable,) = (v for v in value if v.name == "fastaudit")

        def inside():
            variable.set(value[variable])
            return probe()

        with pytest.raises(ScopeError, match="lacks a scope"):
            tool(inside)
        assert tool(lambda: value.run(probe)) == "ab"
        assert probe() == "ab"


def test_ending_a_scope_of_its_own_inside_ends_no_other(probe, hold):
    def fixture(name):
        with hold(name):
            yield

    @trusted
    def tool(function):
        function()
        return probe()

    with hold("a"):
        opened = fixture("b")
        next(opened)
        assert probe() == "ab"
        assert tool(opened.close) == ""
        assert probe() == "a"
        handle = hold("c").start()
        assert tool(handle.stop) == ""
        assert probe() == "a"


def test_an_older_scope_that_ended_elsewhere_meanwhile_still_holds_copies(probe, hold):
    with hold("a"):
        held = contextvars.copy_context()
    tool = trusted(lambda: probe())
    assert held.run(lambda: (tool(), probe())) == ("", "a")


def test_what_the_maker_was_held_to_stays_in_force_when_it_has_ended(probe, hold):
    made = []

    def fixture():
        with hold("a"):
            made.append(trusted(lambda: probe()))
            yield

    opened = fixture()
    next(opened)
    thread = threading.Thread(target=opened.close)
    thread.start()
    thread.join()
    assert probe() == ""
    assert made[0]() == "a"
    assert contextvars.Context().run(made[0]) == "a"


@pytest.mark.parametrize("by", ["a handle", "a generator", "a generator elsewhere"])
def test_what_the_maker_was_held_to_stays_in_force_when_it_ends_inside(probe, hold, by):
    def fixture():
        with hold("a"):
            yield

    def end():
        if by == "a handle":
            opened.stop()
        elif by == "a generator":
            opened.close()
        else:
            contextvars.Context().run(opened.close)
        return probe()

    opened = hold("a").start() if by == "a handle" else fixture()
    if by != "a handle":
        next(opened)
    with hold("b"):
        tool = trusted(lambda act: act())
    with hold("c"):
        assert tool(probe) == "ab"
        assert tool(end) == "ab"
        assert probe() == "c"
        assert tool(probe) == "ab"
    assert probe() == ""


def test_what_a_trusted_call_leaves_open_is_no_part_of_the_decorated_call_that_made_it(probe, hold):
    def fixture(name):
        with hold(name):
            yield

    def inside():
        next(first)
        next(second)

    @hold("a")
    def body():
        trusted(inside)()
        yield

    first, second = hold("f")(fixture)("b"), fixture("c")
    generator = body()
    with pytest.warns(ScopeWarning) as told:
        next(generator)
        generator.close()
    assert len(told) == 2, "each is told of once, when the trusted call ends"
    assert probe() == "bc"
    first.close()
    second.close()


def test_a_body_stays_in_what_it_opened_whoever_steps_it(probe, hold, seen):
    @trusted
    async def coroutine():
        with hold("b"):
            await nothing()
            seen.append(probe())
            with hold("c"):
                await nothing()
                seen.append(probe())

    @types.coroutine
    def nothing():
        yield

    started, proceed = threading.Event(), threading.Event()

    def work():
        started.set()
        proceed.wait(30)
        step()
        step()

    def step():
        with contextlib.suppress(StopIteration, ScopeError):
            body.send(None)

    body = coroutine()
    with hold("a"):
        thread = threading.Thread(target=work)
        thread.start()
        started.wait(30)
        context = contextvars.copy_context()
        context.run(step)
        proceed.set()
        thread.join()
    assert seen == ["b", "bc"]
    body.close()
