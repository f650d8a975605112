"""A test that is held: its function in a sandbox, what its scopes tell, and whether it swallowed anything."""

from __future__ import annotations

import contextlib
import functools
import inspect
import os
import sys

import pytest

from . import _core
from ._errors import PolicyError
from ._pytest_host import trusted_alarm, untraced_threads
from ._pytest_policy import plan
from ._scope import sandbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from ._core import Box, Location, Violation
    from ._policy import Policy
    from ._pytest_policy import Plan


class Sandboxed:
    """
    What the fixture ``sandboxed`` gives: the box of the test's sandbox.

    Everything is empty before the test's function runs, and under ``--sandbox=off``.
    """

    def __init__(self) -> None:
        self._boxes: list[Box] = []  # more than one where the function is called more than once

    def __repr__(self) -> str:
        return f"<sandboxed: {len(self.violations)} violations>"

    @property
    def policy(self) -> Policy | None:
        """What the test is held to, its temporary folder and the like included."""
        return self._boxes[-1].policy if self._boxes else None

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The first refusals, in order, swallowed ones included; those of sandboxes inside the test as well."""
        return tuple(violation for box in self._boxes for violation in box.violations)

    @property
    def dropped(self) -> int:
        """How many violations there were beyond those kept."""
        return sum(box.dropped for box in self._boxes)

    @property
    def quiet(self) -> int:
        """How many probes were refused that ordinary libraries make and survive."""
        return sum(box.quiet for box in self._boxes)

    @property
    def allowed(self) -> dict[str, int]:
        """How many events were let go, by right."""
        total: dict[str, int] = {}
        for box in self._boxes:
            for right, number in box.allowed.items():
                total[right] = total.get(right, 0) + number
        return total

    @property
    def race_free(self) -> bool:
        """Whether the file that is judged is the file that is opened, whoever changes names meanwhile."""
        return bool(self._boxes) and all(box.race_free for box in self._boxes)

    def active_calls(self) -> tuple[str, ...]:
        """Name the trusted calls from inside that have begun and not ended, suspended ones included."""
        return tuple(name for box in self._boxes for name in box.active_calls())

    @property
    def left_open(self) -> tuple[Location, ...]:
        """Where scopes inside the test were entered that were still open when it ended."""
        return tuple(place for box in self._boxes for place in box.left_open)

    @property
    def trusted_calls(self) -> tuple[tuple[str, Location | None, int], ...]:
        """The trusted functions that code inside called: name, where it was first called, how often."""
        return tuple(call for box in self._boxes for call in box.trusted_calls)


class Held:
    """One test that is held."""

    def __init__(self, item: pytest.Item, plan: Plan, told: Sandboxed) -> None:
        self.item = item
        self.plan = plan
        self.told = told
        self.passed = False

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Exchange what pytest will call for the same in a sandbox, and put it back."""
        with trusted_alarm(self.item.config), untraced_threads(), contextlib.ExitStack() as stack:
            for holder, name, own in self._places():
                before = getattr(holder, name)
                setattr(holder, name, self._hold(before))
                stack.callback(
                    functools.partial(setattr, holder, name, before)
                    if own
                    else functools.partial(delattr, holder, name)
                )
            yield

    def refused(self) -> list[Violation]:
        """List what the test's own policy refused; sandboxes inside it have their own to tell."""
        name = self.plan.policy.name
        return [violation for violation in self.told.violations if violation.policy == name]

    def check(self, end: str) -> None:
        """Fail a test that ended well in spite of a refusal, or outside its sandbox."""
        if not self.told._boxes and end == "passed":
            pytest.fail("this test ran without its sandbox: what runs it does not call its function", pytrace=False)
        if self.plan.mode == "enforce" and self.plan.strict:
            refused = self.refused()
            if refused:
                from ._pytest_records import explain, record

                lines = [f"the test {end}, but swallowed what its sandbox refused (strict=False allows that):"]
                lines += [line for violation in refused[:5] for line in explain(record(violation))]
                if len(refused) > 5:
                    lines.append(f"  and {len(refused) - 5} more")
                pytest.fail("\n".join(lines), pytrace=False)
        self.passed = True

    def _places(self) -> Iterator[tuple[Any, str, bool]]:
        """Yield where the test's own code is looked up: object, attribute, whether it is the object's own."""
        item = self.item
        if not isinstance(item, pytest.Function):
            yield item, "runtest", False
            return
        engine = getattr(item.obj, "hypothesis", None)
        if hasattr(engine, "inner_test"):
            yield engine, "inner_test", True  # each example is held, and what makes and stores them is not
            return
        if getattr(item.obj, "is_hypothesis_test", False):
            pytest.fail(
                "a state machine of hypothesis cannot be held as a whole: mark it with mode='off', and put "
                "@fastaudit.sandbox(policy) beneath the @rule of its rules",
                pytrace=False,
            )
        unittest = sys.modules.get("unittest")
        if unittest and isinstance(item.instance, unittest.TestCase) and inspect.iscoroutinefunction(item.obj):
            yield item.instance, item.name, False  # it looks its coroutine functions up by itself
        else:
            yield item, "obj", True

    def _hold(self, function: Callable[..., Any]) -> Callable[..., Any]:
        note = self._note
        body: Any
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def coroutine(*args: Any, **kwargs: Any) -> Any:
                __tracebackhide__ = True
                note()
                return await function(*args, **kwargs)

            body = coroutine
        else:

            @functools.wraps(function)
            def plain(*args: Any, **kwargs: Any) -> Any:
                __tracebackhide__ = True
                note()
                return function(*args, **kwargs)

            body = plain

        # Refusals name it as the place where the policy was entered: that is the test.
        file, line, _ = self.item.reportinfo()
        code = body.__code__
        body.__code__ = code.replace(
            co_filename=os.fspath(file),
            co_firstlineno=(line or 0) + 1,
            co_name=self.item.name,
            co_qualname=self.item.name,
        )
        held: Callable[..., Any] = sandbox(self.plan.policy, mode=self.plan.mode)(body)
        return held

    def _note(self) -> None:
        box = _core.current()
        assert box is not None
        self.told._boxes.append(box)


_told = pytest.StashKey[Sandboxed]()
_held = pytest.StashKey[Held]()


def told_of(item: pytest.Item) -> Sandboxed:
    """Give what the fixture gives."""
    return item.stash.setdefault(_told, Sandboxed())


def begin(item: pytest.Item, asked: bool) -> Held | None:
    """Make ready to hold a test, if it is to be held. `asked`: by the fixture."""
    told = told_of(item)
    told._boxes.clear()  # a test may be run again
    try:
        planned = plan(item, asked)
    except (PolicyError, TypeError, OSError) as error:
        raise pytest.fail.Exception(f"{type(error).__name__}: {error}", pytrace=False) from None
    if planned is None:
        return None
    held = item.stash[_held] = Held(item, planned, told)
    return held


def held_once(item: pytest.Item) -> Held | None:
    """Give what begin() gave for this test; None the next time."""
    held = item.stash.get(_held, None)
    if held is not None:
        del item.stash[_held], item.stash[_told]  # pytest keeps the items of a whole run
    return held
