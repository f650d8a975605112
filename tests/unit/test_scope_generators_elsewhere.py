"""Generators that end in another context or thread than the one they entered a scope in, or by the collector."""

import asyncio
import contextlib
import contextvars
import gc
import sysconfig
import threading

import pytest

from fastaudit import trusted

# Without a GIL a context that another thread is in is left alone (docs/adr/0707).
WHERE = ["copy", "elsewhere", *([] if sysconfig.get_config_var("Py_GIL_DISABLED") else ["thread"]), "collector"]


@pytest.mark.parametrize("where", WHERE)
def test_copies_made_after_a_generator_was_closed_elsewhere_do_not_carry_its_scope(probe, hold, where):
    def body():
        with hold("a"):
            yield

    def end(generator):
        if where == "collector":
            del generator[:]
            gc.collect()
        else:
            generator.pop().close()

    def after():
        assert contextvars.copy_context().run(probe) == ""
        return asyncio.run(later())

    async def later():
        return probe(), await asyncio.create_task(now()), await asyncio.to_thread(probe)

    async def now():
        return probe()

    def inside(run):
        generator = [body()]
        next(generator[0])
        with hold("b"):
            run(end, generator)
            assert probe() == "b"
        return after()

    def in_thread(*call):
        thread = threading.Thread(target=contextvars.Context().run, args=call)
        thread.start()
        thread.join()

    if where == "elsewhere":  # while the context of entry is not entered at all
        home, generator = contextvars.Context(), [body()]
        home.run(next, generator[0])
        end(generator)
        assert home.run(after) == ("", "", "")
    else:
        run = in_thread if where == "thread" else contextvars.copy_context().run
        assert contextvars.Context().run(inside, run) == ("", "", "")
    assert probe() == ""


@pytest.mark.parametrize("kind", ["generator", "async generator"])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_generator_that_is_collected_inside_a_managers_block_ends_that_scope(probe, hold, kind, elsewhere):
    @contextlib.contextmanager
    def managing():
        with hold("a"):
            yield

    def body(itself):
        with managing():
            yield itself

    async def async_body(itself):
        with managing():
            yield itself

    def abandon():
        itself = []
        itself.append((body if kind == "generator" else async_body)(itself))
        with contextlib.suppress(StopIteration):
            next(itself[0]) if kind == "generator" else itself[0].asend(None).send(None)
        assert probe() == "a"

    def inside():
        abandon()
        contextvars.copy_context().run(gc.collect) if elsewhere else gc.collect()
        return probe()

    for _ in range(5):  # the collector takes them in any order
        assert contextvars.Context().run(inside) == ""


def test_other_variables_are_as_they_were_after_a_generator_was_closed_elsewhere(hold):
    variable = contextvars.ContextVar("variable")

    def body():
        with hold("a"):
            yield

    def close(generator):
        variable.set("elsewhere")
        generator.close()
        assert variable.get() == "elsewhere"

    generator = body()
    next(generator)
    variable.set("here")
    contextvars.copy_context().run(close, generator)
    assert variable.get() == "here"


def test_a_stack_in_a_generator_is_left_though_the_context_of_its_entry_is_gone(probe, hold):
    def body():
        with contextlib.ExitStack() as stack:
            stack.enter_context(hold("a"))
            yield probe()

    with hold("b"):
        generator = body()
        assert contextvars.copy_context().run(next, generator) == "ab"
        assert probe() == "b"
        generator.close()
        assert probe() == "b"
    assert probe() == ""


def kept(probe, generator, copy, how):
    """What a copy of the context holds after the generator has ended in it."""
    assert copy.run(probe) == "ab"
    copy.run(generator.close) if how == "close" else copy.run(list, generator)
    return copy.run(probe)


@pytest.mark.parametrize("how", ["close", "run out"])
def test_a_copy_keeps_the_call_that_another_one_resumed_when_this_one_ends_in_it(probe, hold, how):
    def inner():
        copies.append(contextvars.copy_context())
        yield

    @hold("b")
    def outer():
        yield from hold("a")(inner)()

    copies = []
    generator = outer()
    next(generator)
    assert kept(probe, generator, copies[0], how) == "ab"


@pytest.mark.parametrize("how", ["close", "run out"])
@pytest.mark.parametrize("kind", ["bare", "decorated", "trusted"])
def test_a_copy_keeps_what_a_generator_opened_elsewhere_when_the_generator_ends_in_it(probe, hold, kind, how):
    def body():
        with hold("a"):
            yield

    if kind != "bare":
        body = hold("c")(body) if kind == "decorated" else trusted(body)
    with hold("b"):
        generator = body()
        next(generator)
        assert kept(probe, generator, contextvars.copy_context(), how) == "ab"
        assert probe() == "b"


def test_a_trusted_body_is_free_of_what_it_has_ended_though_a_copy_keeps_it(probe, hold):
    @trusted
    def body():
        with hold("a"):
            yield
        yield
        yield probe()

    with hold("b"):
        generator = body()
        next(generator)
        copy = contextvars.copy_context()
        copy.run(next, generator)
        assert copy.run(next, generator) == ""
        assert copy.run(probe) == "ab"
