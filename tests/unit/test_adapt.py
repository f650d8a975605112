"""Adapted callables: the host's authority and the host's context, on messages that are plain values."""

import asyncio
import contextvars
import enum
import inspect
from collections import OrderedDict, defaultdict
from typing import NamedTuple

import pytest

from fastaudit import adapt, sandbox

REQUEST = contextvars.ContextVar("REQUEST", default=None)


def give(*args, **kwargs):
    return args, kwargs


def test_it_runs_with_the_authority_and_in_a_context_of_its_maker(probe, hold):
    def send(message):
        seen = REQUEST.get()
        REQUEST.set("the server's")
        return message, probe(), seen

    adapted = adapt(send)
    with hold("a"):
        REQUEST.set("a request's")
        assert adapted({"type": "x"}) == ({"type": "x"}, "", None)
        assert REQUEST.get() == "a request's"
        assert adapted(1) == (1, "", None)
        assert probe() == "a"
    REQUEST.set(None)


def test_made_inside_it_grants_what_its_maker_had(probe, hold):
    with hold("a"):
        adapted = adapt(lambda: probe())
    assert adapted() == "a"
    with hold("b"):
        assert adapted() == "a"


def test_nothing_of_the_caller_is_left_in_what_it_starts(probe, hold):
    seen = []

    async def main():
        loop = asyncio.get_running_loop()
        adapted = adapt(lambda: loop.call_soon(lambda: seen.append((REQUEST.get(), probe()))) and None)

        async def guest():
            REQUEST.set("a request's")
            with hold("a"):
                adapted()

        await asyncio.create_task(guest())
        await asyncio.sleep(0)

    asyncio.run(main())
    assert seen == [(None, "")]


def test_a_coroutine_function_stays_one_and_its_steps_run_as_its_makers(probe, hold):
    seen = []

    async def receive():
        seen.append((probe(), REQUEST.get()))
        REQUEST.set("the server's")
        await asyncio.sleep(0)
        seen.append((probe(), REQUEST.get()))
        return {"type": "http.request"}

    adapted = adapt(receive)
    assert inspect.iscoroutinefunction(adapted)

    async def main():
        with hold("a"):
            REQUEST.set("a request's")
            assert await adapted() == {"type": "http.request"}
            assert await asyncio.create_task(adapted()) == {"type": "http.request"}
            assert REQUEST.get() == "a request's"
            assert probe() == "a"

    asyncio.run(main())
    assert seen == [("", None), ("", "the server's")] * 2


def test_awaitables_that_a_plain_callable_gives_are_driven(probe, hold):
    class Awaitable:
        def __await__(self):
            yield from asyncio.sleep(0).__await__()
            return probe(), REQUEST.get()

    async def coroutine():
        return probe()

    class Server:
        async def __call__(self):
            return probe()

        async def method(self):
            return probe()

    async def main():
        loop = asyncio.get_running_loop()
        made = [
            adapt(lambda: Awaitable()),
            adapt(lambda: coroutine()),
            adapt(lambda: loop.run_in_executor(None, probe)),
            adapt(Server()),
            adapt(Server().method),
        ]
        with hold("a"):
            REQUEST.set("a request's")
            assert [await each() for each in made] == [("", None), "", "", "", ""]
            assert inspect.iscoroutinefunction(made[-1])
            assert inspect.iscoroutinefunction(made[-2])

    asyncio.run(main())


def test_cancellation_reaches_what_it_awaits(hold):
    seen = []

    async def receive():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def main():
        adapted = adapt(receive)
        with hold("a"):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(adapted(), 0.001)

    asyncio.run(main())
    assert seen == ["cancelled"]


class Text(str):
    __slots__ = ("more",)

    def __eq__(self, other):
        raise AssertionError

    def __hash__(self):
        raise AssertionError

    def __str__(self):
        raise AssertionError


class Number(int):
    def __index__(self):
        raise AssertionError

    __int__ = __add__ = __index__


class Half(float):
    def __float__(self):
        raise AssertionError


class Data(bytes):
    def __bytes__(self):
        raise AssertionError

    __iter__ = __getitem__ = __len__ = __bytes__


class Listing(list):
    def __iter__(self):
        raise AssertionError

    __len__ = __getitem__ = __iter__


class Mapping(dict):
    def __iter__(self):
        raise AssertionError

    items = keys = __len__ = __getitem__ = __iter__


class Pair(NamedTuple):
    a: int
    b: str


class Kind(enum.IntEnum):
    ONE = 1


def test_subclasses_are_read_by_their_base_layout():
    adapted = adapt(give)
    given = [
        Text("é"),
        Number(7),
        Half(0.5),
        Data(b"x"),
        Listing([Text("y")]),
        Pair(1, Text("z")),
        Kind.ONE,
        True,
        None,
    ]
    given += [OrderedDict(a=1), defaultdict(list, b=[2])]
    (plain, mapping), named = adapted(given, dict.__new__(Mapping), key=Listing([1.5]))
    assert plain == ["é", 7, 0.5, b"x", ["y"], (1, "z"), 1, True, None, {"a": 1}, {"b": [2]}]
    assert [type(each) for each in plain] == [*(str, int, float, bytes, list, tuple, int, bool, type(None), dict, dict)]
    assert (type(mapping), named) == (dict, {"key": [1.5]})


def test_keys_and_names_are_reduced_as_well():
    mapping = {}
    dict.__setitem__(mapping, "x", 1)
    ((plain,), named) = adapt(give)({Number(3): {(Number(1), b"y"): 2}})
    assert plain == {3: {(1, b"y"): 2}}
    assert type(next(iter(plain))) is int
    assert named == {}


def test_what_is_given_is_copied():
    message = {"headers": [[b"a", b"b"]]}
    ((plain,), _) = adapt(give)(message)
    plain["headers"][0][0] = b"c"
    assert message == {"headers": [[b"a", b"b"]]}


def test_lists_that_grow_to_any_number_when_copied_are_refused():
    shared = [1]
    for _ in range(60):
        shared = [shared, shared]
    for value in (shared, {"a": shared}, (shared,), {1: shared}):
        with pytest.raises(TypeError, match="so many values"):
            adapt(give)(value)
    ((many,), _) = adapt(give)([(b"a", 1)] * 100_000)
    assert many == [(b"a", 1)] * 100_000


@pytest.mark.parametrize(
    ("args", "where"),
    [
        ((object(),), "argument 1 is"),
        ((1, {"headers": [(b"a", bytearray())]}), r"argument 2\['headers'\]\[0\]\[1\] is .*bytearray"),
        (({"a": {1, 2}},), r"argument 1\['a'\] is .*: set"),
        (({object(): 1},), r"argument 1\[0\] is"),
        ((lambda: None,), "function"),
        ((1j,), "complex"),
        ((memoryview(b""),), "memoryview"),
    ],
)
def test_anything_else_is_a_type_error_that_says_where(args, where):
    with pytest.raises(TypeError, match=where):
        adapt(give)(*args)
    with pytest.raises(TypeError, match=r"argument 'key'\['x'\] is"):
        adapt(give)(key={"x": print})


def test_a_message_that_holds_itself_is_a_type_error():
    message = {}
    message["x"] = [message]
    with pytest.raises(TypeError, match="inside one another"):
        adapt(give)(message)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(TypeError, match="inside one another"):
        adapt(give)(deep)


def test_keywords_of_no_plain_str_are_reduced(hold):
    class Name(str):
        def __eq__(self, other):
            raise AssertionError

        __hash__ = str.__hash__

    class Plain(str):
        pass

    assert adapt(give)(**{Plain("a"): 1}) == ((), {"a": 1})


@pytest.mark.parametrize("wrong", [3, int, staticmethod(len)])
def test_what_cannot_be_adapted_is_a_type_error(wrong):
    with pytest.raises(TypeError):
        adapt(wrong)


def test_generators_cannot_be_adapted():
    def generator():
        yield

    with pytest.raises(TypeError, match="generator"):
        adapt(generator)


def test_such_calls_are_not_recorded(hold):
    adapted = adapt(give)
    with hold("a") as box:
        adapted()
    assert box.trusted_calls == ()


def test_what_is_refused_in_it_is_told_to_the_caller(probe, hold):
    with hold("b"):
        adapted = adapt(lambda: probe())
    with hold("a") as box:
        assert adapted() == "b"
    assert [violation.policy for violation in box.violations] == ["b"]
    assert sandbox
