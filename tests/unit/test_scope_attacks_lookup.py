"""What a guest gains by calling what contextlib calls to look a special method up (3.15 and later): nothing.

Older versions look up by an attribute of the class; there the same attacks are made that way."""

import contextlib
import inspect
import types
from contextlib import ExitStack

import pytest
from guests import attempt, find

from fastaudit import ScopeError

pytestmark = pytest.mark.usefixtures("perhaps_traced")


def by_attribute(found, name, default=None):
    return getattr(found, name, default)


def by_class(found, name, default=None):
    return types.MethodType(getattr(type(found), name), found)


def by_contextlib(found, name, default=None):
    look_up = getattr(contextlib, "_lookup_special", by_attribute)
    return look_up(found, name, default)


def by_inspect(found, name, default=None):
    descriptor = inspect.getattr_static(type(found), name)
    get = getattr(inspect, "_descriptor_get", lambda descriptor, found: descriptor.__get__(found, type(found)))
    return get(descriptor, found)


def by_a_copy_of_contextlibs_function(found, name, default=None):
    original = getattr(contextlib, "_lookup_special", by_attribute)

    def pretended_import(*_):
        return types.SimpleNamespace(getattr_static=inspect.getattr_static, _descriptor_get=lambda d, o: d.__get__(o))

    names = {"__builtins__": {"__import__": pretended_import, "type": type, "AttributeError": AttributeError}}
    return types.FunctionType(original.__code__, names | {"getattr": getattr})(found, name, default)


look_ups = pytest.mark.parametrize(
    "look_up", [by_attribute, by_class, by_contextlib, by_inspect, by_a_copy_of_contextlibs_function]
)


@look_ups
def test_an_exit_that_the_guest_looked_up_ends_nothing(probe, hold, look_up):
    def guest():
        found = find()
        leave = look_up(found, "__exit__")
        attempt(lambda: leave(None, None, None), lambda: leave(found, None, None, None))
        with ExitStack() as stack:
            stack.push(look_up(found, "__exit__"))
            attempt(stack.close)

    host_manager = hold("a")
    with host_manager:
        guest()
        assert probe() == "a"
    assert probe() == ""


@look_ups
def test_an_entry_that_the_guest_looked_up_opens_no_scope(probe, hold, look_up):
    manager = hold("a")
    enter = look_up(manager, "__enter__")
    leave = look_up(manager, "__exit__")
    with pytest.raises(ScopeError):
        enter()
    with pytest.raises(ScopeError):
        leave(None, None, None)
    assert probe() == ""


@look_ups
def test_what_the_hosts_stack_holds_ends_only_with_the_hosts_with_statement(probe, hold, look_up):
    def guest():
        found = find()
        kept = [callback for _, callback in found._exit_callbacks]
        attempt(*(lambda callback=callback: callback(None, None, None) for callback in kept))
        attempt(lambda: look_up(found, "__exit__")(None, None, None), lambda: found.close())
        found._exit_callbacks.extend((True, callback) for callback in kept)
        own = ExitStack()
        own._exit_callbacks.extend((True, callback) for callback in kept)
        attempt(lambda: look_up(own, "__exit__")(None, None, None))
        try:
            with own:
                pass
        except ScopeError:
            pass

    def host():
        with ExitStack() as host_stack:
            host_stack.enter_context(hold("a"))
            guest()
            seen.append(probe())

    seen = []
    with hold("f"):
        attempt(host)
    assert seen == ["af"]
    assert probe() == ""


@look_ups
def test_a_look_up_by_the_guest_does_not_pair_with_the_entry_of_a_stack(probe, hold, look_up):
    found = hold("a")

    class Pretender:
        """Entered through a stack: its exit is the manager's look-up, its entry the manager's own."""

        __exit__ = vars(type(found))["__exit__"]

        def __enter__(self):
            kept.append(look_up(found, "__exit__"))
            return look_up(found, "__enter__")()

    Pretender.__aexit__ = Pretender.__exit__
    kept = []
    with pytest.raises(ScopeError), ExitStack() as stack:
        stack.enter_context(Pretender())
    attempt(*(lambda leave=leave: leave(None, None, None) for leave in kept))
    assert probe() == ""


@look_ups
def test_a_guest_that_runs_contextlibs_code_with_helpers_of_its_own_ends_only_its_own(probe, hold, look_up):
    kept = []

    def remembering(found, name, default=None):
        kept.append(look_up(found, name, default))
        return kept[-1]

    def guest():
        found = find()
        enter_context = types.FunctionType(
            ExitStack.enter_context.__code__,
            vars(contextlib) | {"_lookup_special": remembering},
        )
        stack = ExitStack()
        attempt(lambda: enter_context(stack, found))
        attempt(*(lambda act=act: act(None, None, None) for act in kept), stack.close)
        attempt(lambda: enter_context(stack, hold("b")))
        attempt(*(lambda act=act: act(None, None, None) for act in kept), stack.close)

    host_manager = hold("a")
    with host_manager:
        guest()
        assert "a" in probe()
    assert probe() == ""
