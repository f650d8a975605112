"""What a guest tries in order to run its own code with the authority of a trusted function."""

import asyncio
import contextlib
import contextvars
import copy
import functools
import gc
import inspect
import pickle
import sys
import threading

import pytest

from fastaudit import Policy, _core, adapt, carry, sandbox, trusted


@pytest.fixture
def seen():
    return []


def test_a_guests_own_trusted_functions_grant_what_the_guest_had(probe, hold):
    with hold("a"):
        assert trusted(lambda: probe())() == "a"
        assert trusted(Policy.unrestricted())(lambda: probe())() == "a"
        assert adapt(lambda: probe())() == "a"
        assert _core.trust(lambda: probe(), 0, "guest", None)() == "a"
        kept = trusted(lambda: probe())
        with hold("b"):
            assert trusted(lambda: probe())() == "ab"
            again = trusted(trusted(lambda: probe()))
    assert (kept(), again()) == ("a", "ab")


def test_the_closure_of_the_wrapper_holds_nothing_that_steers_it(probe, hold):
    @trusted
    def tool():
        return probe()

    with hold("a"):
        cell = tool.__closure__[0]
        run = cell.cell_contents
        assert run() == ""
        assert not [name for name in dir(run) if not name.startswith("__")]
        with pytest.raises(TypeError):
            type(run)()
        with pytest.raises(TypeError):
            object.__new__(type(run))
        with pytest.raises(TypeError):
            type("Sub", (type(run),), {})
        with pytest.raises((AttributeError, TypeError)):
            run.function = probe
        with pytest.raises(TypeError):
            type(run).__call__ = probe
        for act in (copy.copy, pickle.dumps):
            with pytest.raises(TypeError):
                act(run)
        cell.cell_contents = lambda: probe()
        assert tool() == "a"


def test_the_code_that_runs_is_the_one_it_was_made_with(probe, hold):
    def original(x=1, *, y=2):
        return probe(), x, y

    tool = trusted(original)
    with hold("a"):
        assert tool.__wrapped__() == ("a", 1, 2)
        tool.__wrapped__.__code__ = (lambda x=1, *, y=2: probe and "the guest's").__code__
        tool.__wrapped__.__defaults__ = (3,)
        tool.__wrapped__.__kwdefaults__["y"] = 4
        assert tool() == ("", 1, 2)
        tool.__wrapped__ = None
        assert tool() == ("", 1, 2)


def test_a_partial_and_a_method_are_copied_as_well(probe, hold):
    class Thing:
        def method(self):
            return probe()

    tools = [trusted(functools.partial(lambda: probe())), trusted(Thing().method)]
    with hold("a"):
        tools[0].__wrapped__.__setstate__((lambda: "the guest's", (), {}, None))
        Thing.method.__code__ = (lambda self: probe and "the guest's").__code__
        assert [tool() for tool in tools] == ["", ""]


class Name(str):
    """A keyword that does something when it is compared."""

    def __eq__(self, other):
        self.act()
        return str.__eq__(self, other)

    def __hash__(self):
        return str.__hash__(self)


def test_keywords_are_plain_strings(probe, hold, seen):
    tools = [trusted(lambda argument=1, **more: probe())]

    @tools.append
    @trusted
    def generator(argument=1, **more):
        yield probe()

    name = Name("argument")
    name.act = lambda: seen.append(probe())
    with hold("a"):
        for tool in tools:
            with pytest.raises(TypeError, match="plain strings"):
                result = tool(**{name: 2})
                next(result)
        with pytest.raises(TypeError, match="plain strings"):
            tools[0].__closure__[0].cell_contents(**{name: 2})
    assert set(seen) <= {"a"}


class Thrown(Exception):
    """Does something when it is made."""

    act = None

    def __new__(cls, *args):
        cls.act()
        return super().__new__(cls)

    def __init__(self, *args):
        type(self).act()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_exception_that_is_thrown_in_is_made_by_its_giver(probe, hold, seen):
    Thrown.act = lambda: seen.append(probe())

    @trusted
    def generator():
        while True:
            with contextlib.suppress(Thrown):
                yield

    @trusted
    async def asynchronous():
        while True:
            with contextlib.suppress(Thrown):
                yield

    with hold("a"):
        for args in ((Thrown,), (Thrown, None), (Thrown, (1,)), (Thrown, 1, None)):
            body = generator()
            next(body)
            body.throw(*args)
            driver = body.gi_yieldfrom
            driver.throw(*args)
            body.close()
            body = asynchronous()
            with pytest.raises(StopIteration):
                body.asend(None).send(None)
            with pytest.raises(StopIteration):
                body.athrow(*args).send(None)
    assert set(seen) == {"a"}
    assert len(seen) >= 12


def test_what_drives_a_body_shows_nothing_of_it_and_drives_nothing_else(hold, probe):
    @trusted
    def generator():
        yield probe()
        yield probe()

    with hold("a"):
        body = generator()
        assert next(body) == ""
        driver = body.gi_yieldfrom
        assert {name for name in dir(driver) if not name.startswith("__")} == {
            *("send", "throw", "close", "asend", "athrow", "aclose")
        }
        with pytest.raises(TypeError):
            type(driver)()
        with pytest.raises(TypeError):
            driver.asend(None)
        for act in (copy.copy, pickle.dumps):
            with pytest.raises(TypeError):
                act(driver)
        with pytest.raises(TypeError):
            type("Sub", (type(driver),), {})
        assert next(driver) == ""
        assert list(body) == []


def test_a_body_cannot_be_stepped_while_it_runs(hold, probe):
    drivers = []

    def again():
        for driver in drivers:
            for step in (driver.__next__, driver.close, functools.partial(driver.throw, ZeroDivisionError)):
                with pytest.raises(ValueError, match="running already"):
                    step()
        return probe()

    @trusted
    def generator(function):
        while True:
            yield function()

    with hold("a"):
        body = generator(again)
        next(body)
        drivers.append(body.gi_yieldfrom)
        assert next(body) == ""
        assert probe() == "a"
        body.close()


def test_an_exception_that_was_thrown_in_does_not_show_the_suspended_body(hold):
    @trusted
    def generator():
        path = "the host's"
        try:
            yield path
        except ZeroDivisionError:
            pass
        try:
            raise KeyError
        except KeyError:
            try:
                yield path
            except ZeroDivisionError:
                yield path

    def frames(error):
        while error is not None:
            trace = error.__traceback__
            while trace is not None:
                yield trace.tb_frame
                trace = trace.tb_next
            error = error.__context__

    code = generator.__wrapped__.__code__
    with hold("a"):
        body = generator()
        next(body)
        for _ in range(2):
            error = ZeroDivisionError()
            assert body.throw(error) == "the host's"
            assert code not in [frame.f_code for frame in frames(error)]
        body.close()


# ---- hooks, generators and threads of the guest's ----


def test_the_event_loops_hooks_run_with_their_callers_authority(probe, hold, seen):
    @trusted
    async def asynchronous():
        yield

    before = sys.get_asyncgen_hooks()
    with hold("a"):
        sys.set_asyncgen_hooks(firstiter=lambda _: seen.append(probe()), finalizer=lambda _: seen.append(probe()))
        try:
            body = asynchronous()
            with pytest.raises(StopIteration):
                body.asend(None).send(None)
            del body
            gc.collect()
        finally:
            sys.set_asyncgen_hooks(*before)
    assert seen == ["a", "a"]  # of the generator around the body, which nobody is shown


def test_a_generator_of_the_guests_is_trusted_only_while_trusted_code_runs_it(probe, hold):
    def guests():
        while True:
            yield probe()

    @trusted
    def tool(iterator):
        return next(iterator)

    with hold("a"):
        iterator = guests()
        assert next(iterator) == "a"
        assert tool(iterator) == ""
        assert next(iterator) == "a"

        @hold("b")
        def held():
            while True:
                yield probe()

        iterator = held()
        assert next(iterator) == "ab"
        assert tool(iterator) == "b"
        assert next(iterator) == "ab"


def test_carried_callbacks_and_what_they_start_stay_held(probe, hold, seen):
    @trusted
    def tool(function):
        function()
        return probe()

    def guest():
        seen.append(probe())
        thread = threading.Thread(target=lambda: seen.append(probe()))
        thread.start()
        thread.join()
        seen.append(contextvars.Context().run(probe))
        seen.append(trusted(lambda: probe())())

    with hold("a"):
        assert tool(carry(guest)) == ""
    assert seen == ["a"] * 4


def test_trusted_to_guest_to_trusted(probe, hold):
    @trusted
    def outer(function):
        return function(), probe()

    @trusted(probe.policies["c"])
    def inner():
        return probe()

    with hold("a"):
        guest = hold("b")(lambda: (probe(), inner(), probe()))
        assert outer(guest) == (("b", "c", "b"), "")
        assert outer(carry(lambda: (probe(), inner(), probe()))) == (("a", "c", "a"), "")
        assert probe() == "a"


def test_two_threads_in_one_trusted_function_have_their_own(probe, hold):
    barrier = threading.Barrier(2, timeout=30)
    found = {}

    @trusted
    def tool():
        barrier.wait()
        found["inside"] = probe()
        barrier.wait()

    def other():
        with hold("a"):
            barrier.wait()
            found["outside"] = probe()
            barrier.wait()

    thread = threading.Thread(target=other)
    thread.start()
    with hold("b"):
        tool()
    thread.join()
    assert found == {"inside": "", "outside": "a"}


def test_a_body_is_stepped_in_threads_and_contexts_of_anybodys(probe, hold):
    @trusted
    def generator():
        while True:
            yield probe()

    found = []
    body = generator()
    next(body)

    def work():
        with hold("b"):
            found.append(next(body))
            found.append(contextvars.Context().run(next, body))
            found.append(probe())

    with hold("a"):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert found == ["", "", "ab"]
    body.close()


# ---- adapted callables ----


def test_nothing_of_the_guests_reaches_an_adapted_coroutine(probe, hold, seen):
    class Message(dict):
        def __getitem__(self, key):
            seen.append(probe())

        __iter__ = __len__ = __contains__ = keys = items = get = __getitem__

    class Evil(Exception):
        def __str__(self):
            seen.append(probe())
            return ""

        __repr__ = __str__

    class EvilCancelled(asyncio.CancelledError):
        __str__ = Evil.__str__

    got = []

    async def send(message):
        got.append(type(message))
        while True:
            try:
                await asyncio.sleep(0)
            except BaseException as error:
                got.append((type(error), str(error)))
                if isinstance(error, (asyncio.CancelledError, GeneratorExit)):
                    raise

    adapted = adapt(send)
    assert not hasattr(adapted, "__wrapped__")
    with hold("a"):
        coroutine = adapted(Message(x=1))
        coroutine.send(None)
        with pytest.raises(TypeError, match="sent into"):
            coroutine.send(Evil())
        coroutine = adapted(Message(x=1))
        coroutine.send(None)
        coroutine.throw(Evil())
        coroutine.throw(EvilCancelled(Evil()))
        coroutine.throw(ValueError(Evil()))
        coroutine.throw(ValueError("plain"))
        coroutine.throw(UnicodeDecodeError("a", b"", 1, 2, "b"))
        with pytest.raises(asyncio.CancelledError):
            coroutine.throw(asyncio.CancelledError("why"))
    assert [each for each in got if each is dict] == [dict, dict]
    assert [each[0].__name__ for each in got if each is not dict and each[0] is not GeneratorExit] == [
        *("RuntimeError", "RuntimeError", "ValueError", "ValueError", "UnicodeDecodeError", "CancelledError")
    ]
    assert got[-1][1] == "why"
    assert seen == []


def test_the_frame_of_a_trusted_body_cannot_be_found_from_its_coroutine(hold):
    @trusted
    async def body():
        secret = object()
        await asyncio.sleep(0)
        return secret

    async def guest():
        with hold("a"):
            task = asyncio.ensure_future(body())
            await asyncio.sleep(0)
            frames, awaited = [], task.get_coro()
            while awaited is not None:
                frames.append(getattr(awaited, "cr_frame", None))
                awaited = getattr(awaited, "cr_await", None)
            assert not any(frame is not None and "secret" in frame.f_locals for frame in frames)
            assert not any("secret" in frame.f_locals for frame in task.get_stack())
            await task

    asyncio.run(guest())


def test_no_policy_of_the_guests_makes_the_scope_of_its_maker_smaller(probe, hold):
    with hold("a"):
        manager = sandbox(Policy.unrestricted())
    tool = trusted(manager(lambda: probe()))
    with hold("b"):
        assert tool() == ""
        assert manager(trusted(lambda: probe()))() == "b"
    assert inspect.isfunction(tool)
