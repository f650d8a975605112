"""The bodies of generators with an open scope stay held, in whatever context or thread they are resumed or closed."""

import asyncio
import concurrent.futures
import contextlib
import contextvars
import gc
import threading
import types

import pytest
from guests import attempt

from fastaudit import current


def in_thread(call, *args):
    """Run it in a thread of its own, in no scope; give what it gave."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(contextvars.Context().run, call, *args).result()


def in_context(call, *args):
    return contextvars.Context().run(call, *args)


def in_copy(call, *args):
    return contextvars.copy_context().run(call, *args)


ELSEWHERE = [in_context, in_thread, in_copy]


@pytest.fixture(params=ELSEWHERE, ids=lambda where: where.__name__)
def elsewhere(request):
    """Run something in another context, or in another thread."""
    return request.param


@pytest.fixture
def tenant(hold):
    """Make managers as users write them over a sandbox."""

    @contextlib.contextmanager
    def managing(name):
        with hold(name):
            yield

    return managing


def plain(hold, tenant, probe):
    with hold("a"):
        yield probe()
        yield probe()
    yield probe()


def stacked(hold, tenant, probe):
    with contextlib.ExitStack() as stack:
        stack.enter_context(hold("a"))
        yield probe()
        yield probe()
    yield probe()


def managed(hold, tenant, probe):
    with tenant("a"):
        yield probe()
        yield probe()
    yield probe()


def both(hold, tenant, probe):
    with contextlib.ExitStack() as stack:
        stack.enter_context(tenant("a"))
        yield probe()
        yield probe()
    yield probe()


def delegating(hold, tenant, probe):
    yield from plain(hold, tenant, probe)


def around(hold, tenant, probe):
    def inner():
        yield probe()
        yield probe()

    with hold("a"):
        yield from inner()
    yield probe()


@pytest.fixture(params=[plain, stacked, managed, both, delegating, around], ids=lambda body: body.__name__)
def body(request, hold, tenant, probe):
    """Make a generator that probes twice with a scope open and once after it."""
    return lambda asks=probe: request.param(hold, tenant, asks)


def test_a_body_is_held_until_its_block_is_left_and_its_consumer_is_not(probe, body, elsewhere):
    generator = body()
    assert in_context(next, generator) == "a"
    assert elsewhere(lambda: (next(generator), probe())) == ("a", "")
    assert elsewhere(lambda: (next(generator), probe())) == ("", "")
    assert probe() == ""


def test_a_fresh_context_for_every_chunk(probe, body):
    generator = body()
    chunks = [contextvars.copy_context().run(next, generator, None) for _ in range(4)]
    assert chunks == ["a", "a", "", None]
    assert probe() == ""


def test_a_body_that_its_own_context_resumes_again_is_held_once(probe, body):
    home, generator = contextvars.Context(), body()
    assert home.run(next, generator) == "a"
    assert in_context(next, generator) == "a"
    assert home.run(probe) == "a"
    assert home.run(next, generator) == ""
    assert home.run(probe) == ""


@pytest.mark.parametrize("how", ["close", "throw", "drop", "collect"])
def test_what_a_body_does_when_it_is_closed_elsewhere_is_held(probe, hold, elsewhere, how):
    seen = []

    def body(itself):
        with hold("a"):
            try:
                yield
            finally:
                seen.append(probe())
        seen.append(probe())

    def end(held):
        if how == "close":
            held[0].close()
        elif how == "throw":
            with contextlib.suppress(ZeroDivisionError):
                held[0].throw(ZeroDivisionError())
        elif how == "drop":
            held.clear()
        else:
            held.clear()
            gc.collect()

    cycle = []
    held = [body(cycle)]
    if how == "collect":
        cycle.append(held[0])
    in_context(next, held[0])
    del cycle
    elsewhere(end, held)
    assert seen == ["a"]
    assert probe() == ""


def test_closing_through_a_delegating_generator_holds_the_body_that_opened(probe, hold, elsewhere):
    seen = []

    def inner():
        with hold("a"):
            try:
                yield
            finally:
                seen.append(probe())

    def outer():
        try:
            yield from inner()
        finally:
            seen.append(probe())

    for end in (types.GeneratorType.close, lambda g: attempt(lambda: g.throw(ZeroDivisionError()))):
        generator = outer()
        in_context(next, generator)
        elsewhere(end, generator)
    assert seen == ["a", ""] * 2


def test_a_scope_around_a_delegation_holds_the_rest_of_its_body_after_a_throw(probe, hold, elsewhere):
    def inner():
        with contextlib.suppress(ZeroDivisionError):
            yield

    def outer():
        with hold("a"):
            yield from inner()
            yield probe()

    generator = outer()
    in_context(next, generator)
    assert elsewhere(generator.throw, ZeroDivisionError()) == "a"
    generator.close()


def test_calls_below_a_body_are_held_however_deep(probe, hold, elsewhere):
    def deep(depth):
        return deep(depth - 1) if depth else next(iter([probe()]))

    seen = []

    def body():
        with hold("a"):
            yield
            yield deep(20)
            yield max([0], key=lambda _: seen.append(probe()) or 0) or seen.pop()  # a call from C code
            yield contextvars.Context().run(probe)

    generator = body()
    in_context(next, generator)
    assert elsewhere(lambda: list(generator)) == ["a", "a", "a"]


def test_bodies_within_bodies_are_held_by_all_of_them(probe, hold, elsewhere):
    def body(name, inner=None):
        with hold(name):
            yield
            while True:
                yield next(inner) if inner else probe()

    first = body("a")
    second = body("b", first)
    third = body("c", second)
    for generator in (first, second, third):
        in_context(next, generator)
    assert elsewhere(next, third) == "abc"
    assert elsewhere(next, second) == "ab"
    with hold("d"):
        assert next(third) == "abcd"
    for generator in (third, second, first):
        generator.close()


def test_specialised_loops_resume_a_held_body(probe, hold):
    def body():
        with hold("a"):
            for _ in range(60):
                yield probe()

    def delegate(generator):
        yield from generator

    def drain(generator):
        seen = []
        for answer in generator:
            seen.append((answer, probe()))
        return seen

    for through in (lambda generator: generator, delegate):
        for _ in range(3):
            generator = body()
            in_context(next, generator)
            assert set(in_context(drain, through(generator))) == {("a", "")}


def test_several_scopes_of_one_body_end_one_by_one(probe, hold, elsewhere):
    def body():
        with hold("a"):
            yield
            with hold("b"), hold("c"):
                yield probe(), current().policy.name
            yield probe(), current().policy.name
        yield probe(), current()

    generator = body()
    in_context(next, generator)
    assert [elsewhere(next, generator) for _ in range(3)] == [("abc", "c"), ("a", "a"), ("", None)]


def test_more_scopes_and_bodies_than_anybody_has_room_for(probe, hold, elsewhere):
    def body(inner):
        with contextlib.ExitStack() as stack:
            for _ in range(40):
                stack.enter_context(hold("a"))
            yield
            while True:
                yield next(inner) if inner else (probe(), probe())

    outer = None
    for _ in range(20):
        outer = body(outer)
        in_context(next, outer)
    assert elsewhere(next, outer) == ("a", "a")
    while outer is not None:
        inner = outer.gi_frame.f_locals["inner"]
        outer.close()
        outer = inner
    assert probe() == ""


def test_a_record_tells_what_a_body_was_refused_elsewhere(probe, hold, elsewhere):
    def body():
        with hold("a") as box:
            yield box
            yield probe()

    generator = body()
    box = in_context(next, generator)
    assert elsewhere(next, generator) == "a"
    assert [violation.policy for violation in box.violations] == ["a"]
    generator.close()


# ---- what is made inside ----


def making(probe):
    """What code may have made, and what it answers."""

    def thread():
        seen = []
        thread = threading.Thread(target=lambda: seen.append(probe()))
        thread.start()
        thread.join()
        return seen[0]

    def thread_in_fresh_context():
        seen = []
        thread = threading.Thread(target=lambda: seen.append(contextvars.Context().run(probe)))
        thread.start()
        thread.join()
        return seen[0]

    def loop(function):
        return lambda: asyncio.run(function())

    async def probing():
        return probe()

    return [
        probe, thread, thread_in_fresh_context, loop(probing),
        lambda: contextvars.Context().run(probe),
        lambda: contextvars.copy_context().run(probe),
        loop(lambda: asyncio.to_thread(probe)),
    ]  # fmt: skip


@pytest.mark.parametrize("index", range(7))
def test_what_a_body_makes_elsewhere_carries_its_scope(probe, hold, elsewhere, index):
    def body():
        with hold("a"):
            yield
            yield making(probe)[index]()

    generator = body()
    in_context(next, generator)
    assert elsewhere(next, generator) == "a"
    generator.close()


def test_what_a_body_made_elsewhere_carries_its_scope_when_the_body_has_ended(probe, hold, elsewhere):
    def body():
        with hold("a"):
            yield
            yield contextvars.copy_context(), contextvars.Context()

    generator = body()
    in_context(next, generator)
    made = elsewhere(next, generator)
    generator.close()
    assert [context.run(probe) for context in made] == ["a", "a"]
    assert elsewhere(probe) == ""


@pytest.mark.asyncio
async def test_what_a_body_gives_to_the_loop_elsewhere_carries_its_scope(probe, hold):
    seen = []

    async def later():
        await asyncio.sleep(0)
        seen.append(("task", probe()))

    async def body():
        loop = asyncio.get_running_loop()
        async with hold("a"):
            yield
            tasks = [asyncio.create_task(later()), asyncio.ensure_future(later()), asyncio.Task(later())]
            for context in ({}, {"context": None}):
                future = loop.create_future()
                future.add_done_callback(lambda _: seen.append(("callback", probe())), **context)
                future.set_result(None)
                tasks.append(future)
            loop.call_soon(lambda: seen.append(("soon", probe())))
            loop.call_later(0, lambda: seen.append(("later", probe())))
            yield tasks

    async def step():
        return await anext(generator)

    generator = body()
    await asyncio.create_task(step(), context=contextvars.Context())
    tasks = await asyncio.create_task(step(), context=contextvars.Context())
    await generator.aclose()
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.01)
    assert sorted(seen) == [("callback", "a")] * 2 + [("later", "a"), ("soon", "a")] + [("task", "a")] * 3
    assert probe() == ""


def test_other_variables_are_copied_from_where_the_body_is_resumed(hold):
    variable = contextvars.ContextVar("variable")

    def body():
        with hold("a"):
            yield
            yield contextvars.copy_context()[variable]

    def resume():
        variable.set("here")
        return next(generator)

    generator = body()
    in_context(next, generator)
    assert in_context(resume) == "here"
    generator.close()
