"""What the language and its closest modules do at every step works under the empty policy."""

import abc
import asyncio
import collections
import contextvars
import copy
import dataclasses
import datetime
import decimal
import enum
import gc
import inspect
import pickle
import random
import re
import string
import time
import traceback
import types
import typing
import uuid
import warnings
import weakref

import pytest

from fastaudit import Policy, sandbox


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0


@pytest.fixture
def nothing():
    """The empty policy; whatever is done here is ordinary, so no violation is on record."""
    with sandbox(Policy()) as box:
        yield
    assert box.violations == ()


def test_dataclasses(nothing):
    @dataclasses.dataclass(frozen=True, slots=True)
    class Made:
        a: int
        b: list = dataclasses.field(default_factory=list)

    made = Made(1)
    assert dataclasses.replace(made, a=2) == Made(2)
    assert dataclasses.asdict(made) == {"a": 1, "b": []}
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.a = 3
    assert dataclasses.make_dataclass("Late", ["z"])(1).z == 1


def test_namedtuples(nothing):
    Pair = collections.namedtuple("Pair", "a b", defaults=[2])

    class Typed(typing.NamedTuple):
        a: int
        b: str = "x"

    assert Pair(1)._replace(a=3) == (3, 2)
    assert Typed(1).b == "x"


def test_enums(nothing):
    class Size(enum.IntFlag):
        SMALL = enum.auto()
        LARGE = enum.auto()

    assert Size.SMALL | Size.LARGE == 3
    assert enum.Enum("Late", "A B")["A"].value == 1
    assert pickle.loads(pickle.dumps(Colour.RED)) is Colour.RED


def test_abstract_and_generic_classes(nothing):
    class Base(abc.ABC, typing.Generic[typing.TypeVar("T")]):
        @abc.abstractmethod
        def work(self): ...

    class Real(Base[int]):
        def work(self):
            return 1

    assert Real().work() == 1
    assert typing.get_type_hints(test_enums) == {}

    @typing.runtime_checkable
    class Works(typing.Protocol):
        def work(self): ...

    assert isinstance(Real(), Works)


def test_pickling_and_copying(nothing):
    value = {"point": Point(1, 2), "when": datetime.datetime(2024, 1, 1), "id": uuid.UUID(int=1), "set": {1, 2}}
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(value, protocol)) == value
    assert copy.deepcopy(value) == copy.copy(value) == value


def test_decimal_contexts(nothing):
    with decimal.localcontext() as context:
        context.prec = 5
        assert str(decimal.Decimal(1) / 3) == "0.33333"
    assert decimal.getcontext().prec > 5


def test_warnings(nothing):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("careful", DeprecationWarning, stacklevel=1)
    assert [str(warning.message) for warning in caught] == ["careful"]


def test_tracebacks_with_source_lines():
    """Traceback text needs the source, which belongs to who runs it; that of the standard library is there."""
    with sandbox(Policy()) as box:
        try:
            string.Template("$").substitute()
        except ValueError as error:
            text = "".join(traceback.format_exception(error))
    assert "self._invalid(mo)" in text
    assert all(violation.right == "read" for violation in box.violations)
    with sandbox(Policy(read=[__file__])) as box:
        try:
            raise KeyError("mine")
        except KeyError as error:
            text = "".join(traceback.format_exception(error))
    assert 'raise KeyError("mine")' in text
    assert box.violations == ()


def test_source_and_signatures(nothing):
    assert str(inspect.signature(string.Template.substitute)) == "(self, mapping={}, /, **kws)"
    assert inspect.getsource(string.Template).startswith("class Template")
    assert inspect.stack(0)[0].function == "test_source_and_signatures"


def test_functions_made_of_text(nothing):
    names = {}
    exec("def double(x):\n    return 2 * x", names)
    assert names["double"](2) == 4
    assert eval("1 + 1") == 2
    assert types.FunctionType(names["double"].__code__, {})(3) == 6


def test_collecting_and_weak_references(nothing):
    class Node:
        pass

    node = Node()
    node.loop = node
    reference = weakref.ref(node)
    del node
    gc.collect()
    assert reference() is None


def test_random_numbers_times_and_texts(nothing):
    assert 0 <= random.SystemRandom().random() < 1
    assert uuid.uuid4() != uuid.uuid4()
    assert time.strftime("%Y", time.localtime(0))
    assert re.compile(r"(\d+)").sub(r"<\1>", "a1") == "a<1>"
    assert datetime.datetime.now().astimezone().tzinfo is not None


def test_context_variables(nothing):
    variable = contextvars.ContextVar("variable", default=0)
    token = variable.set(1)
    assert contextvars.copy_context().run(variable.get) == 1
    variable.reset(token)
    assert variable.get() == 0


def test_task_groups_timeouts_and_threads():
    async def main():
        async def work(number):
            await asyncio.sleep(0)
            return await asyncio.to_thread(lambda: number * 2)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work(number)) for number in range(5)]
        assert [task.result() for task in tasks] == [0, 2, 4, 6, 8]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await asyncio.sleep(10)
        queue = asyncio.Queue()
        await queue.put(1)
        return await queue.get()

    with sandbox(Policy()) as box:
        assert asyncio.run(main()) == 1
    assert box.violations == ()
