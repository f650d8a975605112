"""Whatever a guest does with what it finds, by whatever route and in whatever order, its host's scope holds on."""

import asyncio
import contextlib
import contextvars
import functools
import gc
import sys
import threading
import types
import weakref

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from longer import examples


class Found:
    """What the guest has found: the host's objects, and what it fetched from them beforehand."""

    def __init__(self, manager):
        self.manager = manager
        self.early = [manager.__exit__, type(manager).__exit__, manager.__aexit__]
        self.stack = self.managed = self.context = None

    def keeps_suspended(self):
        """Whether the host's own generator never ended, because the guest took away what would have ended it."""
        body = getattr(self.managed, "gen", None)
        return getattr(body, "gi_frame", None) is not None or getattr(body, "ag_frame", None) is not None


@contextlib.contextmanager
def managing(manager):
    with manager:
        yield


@contextlib.asynccontextmanager
async def managing_async(manager):
    async with manager:
        yield


# ---- how the host holds its guest ----


def by_with(found, guest):
    with found.manager:
        guest()


def by_stack(found, guest):
    with contextlib.ExitStack() as found.stack:
        found.stack.enter_context(found.manager)
        guest()


def by_stack_of_stacks(found, guest):
    with contextlib.ExitStack() as outer:
        found.stack = outer.enter_context(contextlib.ExitStack())
        found.stack.enter_context(found.manager)
        guest()


def by_managing(found, guest):
    found.managed = managing(found.manager)
    with found.managed:
        guest()


def by_managing_in_a_stack(found, guest):
    found.managed = managing(found.manager)
    with contextlib.ExitStack() as found.stack:
        found.stack.enter_context(found.managed)
        guest()


def by_generator(found, guest):
    def body():
        with found.manager:
            yield

    for _ in body():
        guest()


def by_decorated(found, guest):
    found.manager(guest)()


def by_decorated_generator(found, guest):
    @found.manager
    def body():
        guest()
        yield

    for _ in body():
        pass


def by_task(found, guest):
    async def main():
        async with found.manager:
            await asyncio.sleep(0)
            guest()

    asyncio.run(main())


def by_async_stack(found, guest):
    async def main():
        async with contextlib.AsyncExitStack() as found.stack:
            await found.stack.enter_async_context(found.manager)
            found.stack.enter_context(found.manager)
            guest()

    asyncio.run(main())


def by_managing_async(found, guest):
    async def main():
        found.managed = managing_async(found.manager)
        async with found.managed:
            guest()

    asyncio.run(main())


HOSTS = [value for name, value in list(globals().items()) if name.startswith("by_")]


# ---- what the guest does ----


def step(awaitable):
    """Drive a coroutine as far as it goes."""
    with contextlib.suppress(StopIteration):
        awaitable.send(None)


def use(found):
    with found.manager:
        pass


def use_stack(found):
    with found.stack:
        pass


def enter_in_stack(found):
    stack = contextlib.ExitStack()
    stack.enter_context(found.manager)
    stack.push(found.manager.__exit__)
    stack.callback(found.early[0], None, None, None)
    stack.close()


def use_generator_with_an_exit_inside(found):
    def body():
        with found.manager:
            yield
            found.manager.__exit__(None, None, None)

    for _ in body():
        pass


def interleave(found):
    def body():
        with found.manager:
            yield

    first, second = body(), body()
    next(first)
    next(second)
    first.close()
    second.close()


def set_variable(found):
    for variable, value in list(found.context.items()):
        contextvars.copy_context().run(variable.set, value)
        variable.set(value)


def reset_variable(found):
    for variable, value in contextvars.copy_context().items():
        token = variable.set(value)
        for old in (token.old_value, None):
            with contextlib.suppress(Exception):
                variable.set(old)
        variable.reset(token)


def copied_contextlib(found):
    function = types.FunctionType(contextlib.ExitStack.__exit__.__code__, {"sys": sys, "len": len})
    function(types.SimpleNamespace(_exit_callbacks=[(True, found.manager.__exit__)]), None, None, None)


ACTS = {
    "exit": lambda f: f.manager.__exit__(None, None, None),
    "exit with an error": lambda f: f.manager.__exit__(ValueError, ValueError(), None),
    "unbound exit": lambda f: type(f.manager).__exit__(f.manager, None, None, None),
    "async exit": lambda f: step(f.manager.__aexit__(None, None, None)),
    "early exit": lambda f: f.early[0](None, None, None),
    "early unbound exit": lambda f: f.early[1](f.manager, None, None, None),
    "early async exit": lambda f: f.early[2](None, None, None),
    "enter": lambda f: f.manager.__enter__(),
    "async enter": lambda f: f.manager.__aenter__(),
    "start": lambda f: f.manager.start(),
    "start and stop": lambda f: f.manager.start().stop(),
    "enter the handle": lambda f: f.manager.start().__enter__(),
    "use": use,
    "use the stack": use_stack,
    "enter in a stack": enter_in_stack,
    "exit inside": use_generator_with_an_exit_inside,
    "interleave": interleave,
    "close the stack": lambda f: f.stack.close() if hasattr(f.stack, "close") else step(f.stack.aclose()),
    "leave the stack": lambda f: f.stack.__exit__(None, None, None),
    "take from the stack": lambda f: f.stack.pop_all().close(),
    "take and keep": lambda f: f.stack.pop_all(),
    "clear the stack": lambda f: f.stack._exit_callbacks.clear(),
    "call the token": lambda f: f.stack._exit_callbacks[0][1](None, None, None),
    "call the token with its manager": lambda f: f.stack._exit_callbacks[0][1](f.manager, None, None, None),
    "leave the managed": lambda f: f.managed.__exit__(None, None, None),
    "close the managed": lambda f: f.managed.gen.close(),
    "throw into the managed": lambda f: f.managed.gen.throw(ValueError),
    "resume the managed": lambda f: next(f.managed.gen),
    "close the managed, asynchronously": lambda f: step(f.managed.gen.aclose()),
    "lose the managed": lambda f: delattr(f.managed, "gen"),
    "decorate": lambda f: f.manager(lambda: f.manager.__exit__(None, None, None))(),
    "set the variable": set_variable,
    "reset the variable": reset_variable,
    "pretend to be contextlib": copied_contextlib,
    "run in an older context": lambda f: f.context.run(f.manager.__exit__, None, None, None),
    "collect": lambda f: gc.collect(),
}


# ---- where from ----


def here(act):
    act()


def in_thread(act):
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def in_generator(act):
    def body():
        try:
            yield
        finally:
            act()

    next(body())


def in_finaliser(act):
    class Trap:
        def __init__(self):
            self.itself = self

        def __del__(self):
            act()

    Trap()
    gc.collect()


def in_weakref(act):
    class Trap:
        pass

    trap = Trap()
    kept = weakref.ref(trap, lambda _: act())
    del trap
    assert kept() is None


def in_exception(act):
    try:
        raise ValueError
    except ValueError:
        act()


def in_with(act):
    with contextlib.nullcontext():
        act()


def in_exit(act):
    class Manager:
        def __enter__(self):
            pass

        def __exit__(self, *error):
            act()

    with contextlib.ExitStack() as stack:
        stack.enter_context(Manager())
        stack.callback(act)


def in_task(act):
    async def main():
        act()

    in_thread(functools.partial(asyncio.run, main()))


PLACES = {
    "here": here,
    "a thread": in_thread,
    "a generator that is dropped": in_generator,
    "a finaliser": in_finaliser,
    "a weak reference": in_weakref,
    "an except clause": in_exception,
    "a with statement": in_with,
    "an exit": in_exit,
    "a task": in_task,
    "a copy": lambda act: contextvars.copy_context().run(act),
    "a fresh context": lambda act: contextvars.Context().run(act),
    "a key function": lambda act: sorted([2, 1], key=lambda _: act() or 0),
}

attacks = st.tuples(st.sampled_from(sorted(PLACES)), st.sampled_from(sorted(PLACES)), st.sampled_from(sorted(ACTS)))


@pytest.mark.filterwarnings("ignore::fastaudit.ScopeWarning")
@examples(150, 1000)
@example(host=by_managing_in_a_stack, plan=[("here", "here", "clear the stack")], around=True)
@example(host=by_managing_in_a_stack, plan=[("a copy", "a fresh context", "clear the stack")], around=True)
@given(host=st.sampled_from(HOSTS), plan=st.lists(attacks, min_size=1, max_size=5), around=st.booleans())
def test_no_route_out_of_the_hosts_scope(probe, hold, host, plan, around):
    seen = []
    left = []

    def note():
        if not left:  # what a guest leaves for later, its finalisers say, runs under nobody's scope
            seen.append(probe())

    def guest():
        for outer, inner, name in plan:

            def act(name=name):
                with contextlib.suppress(Exception):
                    ACTS[name](found)
                note()

            PLACES[outer](lambda inner=inner, act=act: PLACES[inner](act))
            note()

    def run():
        with contextlib.suppress(Exception):
            host(found, guest)
        left.append(True)

    def whole():
        found.context = contextvars.copy_context()
        if around:
            with hold("f"):
                run()
                seen.append("a" + probe())
            # A generator that is still suspended holds on: a guest can so deny service, and gain nothing.
            assert probe() == ("a" if found.keeps_suspended() else "")
        else:
            run()

    found = Found(hold("a"))
    hook, sys.unraisablehook = sys.unraisablehook, lambda *_: None
    try:
        contextvars.Context().run(whole)
        contextvars.Context().run(gc.collect)  # a finaliser that a guest left enters what it likes, where it runs
    finally:
        sys.unraisablehook = hook
    needed = {"a", "f"} if around else {"a"}
    assert len(seen) >= len(plan)
    assert all(needed <= set(answer) for answer in seen), (host.__name__, plan, seen)
    assert probe() == ""
