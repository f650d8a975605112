"""Event loop policies and hooks of asynchronous generators that guests set: seen, or called, inside; hosts have their own."""

import asyncio
import gc
import subprocess
import sys
import threading
import weakref

import pytest
from running import NOTHING, may

from fastaudit import Policy, ScopeError, carry, sandbox

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
now = getattr(asyncio.events, "_get_event_loop_policy", asyncio.events.get_event_loop_policy)  # the latter warns
DEFAULT = type(now())


class Own(DEFAULT):
    pass


@pytest.fixture(autouse=True)
def hosts():
    with sandbox(NOTHING):
        pass  # from here on asyncio is interposed
    policy = Own()
    asyncio.set_event_loop_policy(policy)
    yield policy
    asyncio.set_event_loop_policy(None)


def test_what_is_set_inside_is_seen_inside_only(hosts):
    with sandbox(NOTHING):
        assert now() is hosts
        own = Own()
        asyncio.set_event_loop_policy(own)
        assert now() is own
        assert asyncio.new_event_loop().close() is None
    assert now() is hosts
    with sandbox(NOTHING):
        assert now() is hosts


def test_it_is_seen_further_in_and_changed_for_there_only(hosts):
    with sandbox(NOTHING):
        outer = Own()
        asyncio.set_event_loop_policy(outer)
        with sandbox(NOTHING):
            assert now() is outer
            inner = Own()
            for policy, expected in ((inner, inner), (None, hosts), (outer, outer), (inner, inner), (hosts, hosts)):
                asyncio.set_event_loop_policy(policy)
                assert now() is expected
        assert now() is outer
    assert now() is hosts


def test_it_is_seen_where_its_scope_is_carried(hosts):
    with sandbox(NOTHING):
        own = Own()
        asyncio.set_event_loop_policy(own)
        seen = []
        thread = threading.Thread(target=lambda: seen.append(now()))
        thread.start()
        thread.join()
        look = carry(now)
    assert seen == [own]
    assert look() is own
    assert now() is hosts


def test_the_hosts_own_is_put_back(hosts):
    with sandbox(NOTHING):
        before = now()
        asyncio.set_event_loop_policy(Own())
        asyncio.set_event_loop_policy(before)
        assert now() is hosts


def test_none_is_what_the_host_has(hosts):
    with sandbox(NOTHING):
        asyncio.set_event_loop_policy(Own())
        asyncio.set_event_loop_policy(None)
        assert now() is hosts


def test_a_host_sets_it_for_all_that_set_none(hosts):
    with sandbox(NOTHING):
        look = carry(now)
    new = Own()
    asyncio.set_event_loop_policy(new)
    assert now() is new
    assert look() is new


def test_what_is_no_policy_is_a_mistake_as_ever():
    with sandbox(NOTHING):
        with pytest.raises(TypeError, match="'int'"):
            asyncio.set_event_loop_policy(5)
        with pytest.raises(TypeError):
            asyncio.set_event_loop_policy()
        with pytest.raises(TypeError):
            asyncio.set_event_loop_policy(None, None)


def test_policies_of_scopes_that_ended_are_let_go_of():
    gone = []
    for _ in range(3):
        with sandbox(NOTHING):
            policy = Own()
            asyncio.set_event_loop_policy(policy)
            gone.append(weakref.ref(policy))
            del policy
    gc.collect()
    assert [one() is None for one in gone[:-1]] == [True, True]


def test_loops_run_inside_under_a_policy_that_was_set_there():
    class Loops(DEFAULT):
        made = 0

        def new_event_loop(self):
            self.made += 1
            return super().new_event_loop()

    with sandbox(NOTHING):
        own = Loops()
        asyncio.set_event_loop_policy(own)
        assert asyncio.run(asyncio.sleep(0, "slept")) == "slept"
    assert own.made == 1


if hasattr(asyncio, "set_child_watcher"):  # before 3.14

    def test_watchers_of_a_guests_class_are_for_policies_that_were_set_inside(hosts):
        class Watcher(asyncio.ThreadedChildWatcher):
            pass

        with sandbox(NOTHING):
            with pytest.raises(ScopeError, match="waited for by a class of its own"):
                asyncio.set_child_watcher(Watcher())
            asyncio.set_event_loop_policy(Own())
            asyncio.set_child_watcher(Watcher())
            with pytest.raises(ScopeError):
                hosts.set_child_watcher(Watcher())
        asyncio.set_child_watcher(Watcher())

    @pytest.mark.parametrize("watcher", [asyncio.ThreadedChildWatcher, asyncio.SafeChildWatcher, lambda: None])
    def test_watchers_of_asyncios_own_may_be_set(hosts, watcher):
        with sandbox(NOTHING):
            given = watcher()
            asyncio.set_child_watcher(given)
        assert hosts._watcher is given


async def generate():
    yield


def use():
    """Begin an asynchronous generator, and let go of it."""
    step = generate().__anext__()
    with pytest.raises(StopIteration):
        step.send(None)


@pytest.fixture
def hooks():
    yield (before := sys.get_asyncgen_hooks())
    sys.set_asyncgen_hooks(*before)


@pytest.mark.parametrize("by_name", [False, True])
def test_hooks_that_are_set_inside_are_called_inside(hooks, by_name):
    called = []
    given = [lambda generator: called.append(may()) for _ in range(2)]
    with sandbox(NOTHING):
        if by_name:
            sys.set_asyncgen_hooks(finalizer=given[0], firstiter=given[1])
        else:
            sys.set_asyncgen_hooks(*given)
        use()
    use()
    assert called == [False] * 4


def test_hooks_of_the_host_are_put_back_as_they_were(hooks):
    called = []
    given = [lambda generator: called.append(may()) for _ in range(2)]
    sys.set_asyncgen_hooks(*given)
    with sandbox(NOTHING):
        before = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=print, finalizer=print)
        sys.set_asyncgen_hooks(*before)
    assert list(sys.get_asyncgen_hooks()) == given
    use()
    assert called == [True] * 2


def test_hooks_may_be_taken_away_inside(hooks):
    sys.set_asyncgen_hooks(print, print)
    with sandbox(NOTHING):
        sys.set_asyncgen_hooks(None, None)
    assert tuple(sys.get_asyncgen_hooks()) == (None, None)


def test_what_is_no_hook_is_a_mistake_as_ever(hooks):
    with sandbox(NOTHING):
        for wrong in ((5,), (None, 5), (None, None, None)):
            with pytest.raises(TypeError):
                sys.set_asyncgen_hooks(*wrong)
        with pytest.raises(TypeError):
            sys.set_asyncgen_hooks(other=print)


def test_a_loop_that_ran_inside_leaves_the_hooks_as_they_were(hooks):
    async def main():
        return [value async for value in generate()]

    sys.set_asyncgen_hooks(print, None)
    with sandbox(Policy(name="guest")):
        assert asyncio.run(main()) == [None]
    assert tuple(sys.get_asyncgen_hooks()) == (print, None)


def test_a_host_that_never_held_anything_sees_nothing_of_it():
    code = "import asyncio, sys, fastaudit; sys.set_asyncgen_hooks(print); assert sys.get_asyncgen_hooks()[0] is print"
    subprocess.run([sys.executable, "-P", "-c", code], check=True)
