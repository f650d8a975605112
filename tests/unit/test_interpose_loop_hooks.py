"""What a loop is told to call on occasion is shown as what it is to those who are held to as much, and carries to others."""

import asyncio
import os

import pytest
from running import LOOPS

from fastaudit import PermissionViolation, Policy, current, sandbox

HELD = sandbox(Policy(name="held"))
KINDS = ["exception_handler", "task_factory"]


@pytest.fixture(params=LOOPS)
def loop(request):
    with HELD:
        pass  # from here on asyncio and uvloop are interposed
    if request.param == "uvloop":
        import uvloop

        made = uvloop.new_event_loop()
    else:
        made = asyncio.new_event_loop()
    yield made
    made.close()


def held_where_it_runs(*_, **__):
    return current()


@pytest.mark.parametrize("kind", KINDS)
class TestShows:
    def test_what_was_set_to_who_set_it(self, loop, kind):
        with HELD:
            getattr(loop, f"set_{kind}")(held_where_it_runs)
            assert getattr(loop, f"get_{kind}")() is held_where_it_runs
            getattr(loop, f"set_{kind}")(None)
            assert getattr(loop, f"get_{kind}")() is None

    def test_what_was_set_to_code_that_is_held_to_more(self, loop, kind):
        with HELD:
            getattr(loop, f"set_{kind}")(held_where_it_runs)
            with HELD:
                assert getattr(loop, f"get_{kind}")() is held_where_it_runs

    def test_a_carrier_to_the_host(self, loop, kind):
        with HELD as box:
            getattr(loop, f"set_{kind}")(held_where_it_runs)
        shown = getattr(loop, f"get_{kind}")()
        assert shown is not held_where_it_runs
        assert shown(loop, {}) is box

    def test_a_carrier_to_code_that_is_held_to_another_scope(self, loop, kind):
        with HELD as box:
            getattr(loop, f"set_{kind}")(held_where_it_runs)
        with HELD as other:
            shown = getattr(loop, f"get_{kind}")()
            assert shown is not held_where_it_runs
            assert shown(loop, {}) in (box, other)
        assert shown(loop, {}) is box

    def test_a_carrier_to_the_scope_around(self, loop, kind, tmp_path):
        def act(*_, **__):
            return os.listdir(tmp_path)

        with sandbox(Policy.unrestricted()):
            with HELD:
                getattr(loop, f"set_{kind}")(act)
            shown = getattr(loop, f"get_{kind}")()
            assert act() == []
            with pytest.raises(PermissionViolation):
                shown(loop, {})

    def test_the_hosts_own_to_everybody(self, loop, kind):
        getattr(loop, f"set_{kind}")(held_where_it_runs)
        with HELD:
            assert getattr(loop, f"get_{kind}")() is held_where_it_runs
        assert getattr(loop, f"get_{kind}")()(loop, {}) is None

    def test_the_hosts_own_when_a_guest_has_put_it_back(self, loop, kind):
        getattr(loop, f"set_{kind}")(held_where_it_runs)
        with HELD:
            before = getattr(loop, f"get_{kind}")()
            for _ in range(3):
                getattr(loop, f"set_{kind}")(lambda *_, **__: None)
                getattr(loop, f"set_{kind}")(getattr(loop, f"get_{kind}")())
            getattr(loop, f"set_{kind}")(before)
        assert getattr(loop, f"get_{kind}")() is held_where_it_runs


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wrong_with_a_call_is_told_by_the_original(loop, kind):
    with HELD:
        with pytest.raises(TypeError):
            getattr(loop, f"get_{kind}")(1)
        with pytest.raises(TypeError):
            getattr(loop, f"get_{kind}")(no=1)
