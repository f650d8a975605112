"""What is hung on asyncio's tasks and futures, and said of them: hosts may do as ever, guests what others do not call."""

import asyncio
import contextvars
import gc
import sys

import pytest

from fastaudit import Policy, ScopeError, sandbox

NOTHING = Policy(name="nothing")


def run(function):
    """Run it in a task, after a sandbox was made while asyncio was there."""

    async def main():
        with sandbox(NOTHING):
            pass
        return await function()

    return asyncio.run(main())


@pytest.mark.parametrize("method", ["cancel", "done", "result", "add_done_callback", "get_loop", "__class__"])
def test_a_guest_puts_nothing_in_the_place_of_a_method(method):
    async def main():
        for target in (asyncio.current_task(), asyncio.get_running_loop().create_future()):
            with sandbox(NOTHING), pytest.raises((ScopeError, TypeError)):
                setattr(target, method, print)
            assert getattr(target, method) != print

    run(main)


def test_a_guest_names_attributes_by_plain_text():
    class Name(str):
        __slots__ = ()

    async def main():
        with sandbox(NOTHING), pytest.raises(TypeError, match="plain str"):
            setattr(asyncio.current_task(), Name("note"), 1)

    run(main)


def test_other_attributes_may_be_set_inside():
    async def main():
        task = asyncio.current_task()
        with sandbox(NOTHING):
            task.note = 1
            task._log_destroy_pending = True
            assert task.note == 1
            del task.note
        return hasattr(task, "note")

    assert not run(main)


def test_a_host_may_put_something_in_the_place_of_a_method():
    async def main():
        future = asyncio.get_running_loop().create_future()
        future.cancel = list
        assert future.cancel() == []
        with sandbox(NOTHING):
            assert future.cancel() == []
            del future.cancel
        return future.cancel()

    assert run(main)


def test_a_class_with_a_setattr_of_its_own_works_as_ever():
    class Task(asyncio.Task):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)

        def __delattr__(self, name):
            super().__delattr__(name)

    async def main():
        task = Task(asyncio.sleep(0))
        task.note = 1
        del task.note
        with sandbox(NOTHING):
            task.note = 2
        await task
        return task.note

    assert run(main) == 2


@pytest.mark.parametrize("name", ["text", 5, None])
def test_names_are_what_they_are_without_a_sandbox(name):
    async def main():
        bare = asyncio.create_task(asyncio.sleep(0), name=name)
        with sandbox(NOTHING):
            held = asyncio.create_task(asyncio.sleep(0), name=name)
        await asyncio.gather(bare, held)
        names = [bare.get_name(), held.get_name()]
        if name is not None:
            bare.set_name(name)
            with sandbox(NOTHING):
                held.set_name(name)
            names += [bare.get_name(), held.get_name()]
        return names

    names = run(main)
    assert all(type(one) is str for one in names)
    assert name is None or set(names) == {str(name)}


def test_a_name_is_made_plain_once_and_by_itself():
    class Name:
        def __str__(self):
            return "a name"

    async def main():
        with sandbox(NOTHING):
            task = asyncio.create_task(asyncio.sleep(0), name=Name())
        await task
        return task.get_name()

    assert run(main) == "a name"


def test_a_name_that_cannot_be_told_is_an_error_and_no_task():
    class Name:
        def __str__(self):
            raise KeyError("no name")

    async def main():
        body = asyncio.sleep(0)
        with sandbox(NOTHING), pytest.raises(KeyError):
            asyncio.Task(body, name=Name())
        body.close()

    run(main)


def test_what_a_host_shows_has_its_callbacks():
    def callback(future):
        pass

    async def main():
        future = asyncio.get_running_loop().create_future()
        future.add_done_callback(callback)
        with sandbox(NOTHING):
            future.add_done_callback(print)
        return repr(future)

    shown = run(main)
    assert "test_interpose_tasks.py" in shown
    assert "print" in shown


def test_what_a_policy_refuses_is_no_error_of_whoever_looks(tmp_path):
    class Callback:
        def __call__(self, future):
            pass

        def __repr__(self):
            return (tmp_path / "secret").read_text()

    async def main():
        future = asyncio.get_running_loop().create_future()
        with sandbox(NOTHING) as box:
            for _ in range(3):
                future.add_done_callback(Callback())
        return repr(future), len(box.violations)

    shown, refused = run(main)
    assert shown.startswith("<_asyncio.Future object at ")
    assert refused == 1


def test_tasks_in_python_run_inside():
    async def main():
        loop = asyncio.get_running_loop()
        with sandbox(NOTHING):
            task = asyncio.tasks._PyTask(asyncio.sleep(0.001, "slept"), loop=loop)
            done = [await task]
            if sys.version_info >= (3, 12):
                done.append(await asyncio.tasks._PyTask(asyncio.sleep(0, "slept"), loop=loop, eager_start=True))
        return done

    assert set(run(main)) == {"slept"}


def there(*functions):
    """Give those that this Python has."""
    return [name for name in functions if hasattr(asyncio.tasks, name)]


@pytest.mark.parametrize("function", there("_register_task", "_unregister_task", "_register_eager_task"))
def test_only_tasks_are_registered_inside(function):
    async def main():
        with sandbox(NOTHING):
            getattr(asyncio.tasks, function)(asyncio.current_task())
            with pytest.raises(ScopeError, match="which tasks there are"):
                getattr(asyncio.tasks, function)(object())
        if function != "_unregister_task":
            asyncio.tasks._unregister_task(asyncio.current_task())
            getattr(asyncio.tasks, function.replace("_reg", "_unreg"))(asyncio.current_task())

    run(main)


@pytest.mark.parametrize("function", there("_enter_task", "_leave_task", "_swap_current_task"))
def test_which_task_runs_is_not_said_inside(function):
    async def main():
        task = asyncio.current_task()
        with sandbox(NOTHING), pytest.raises(ScopeError, match="which task runs"):
            getattr(asyncio.tasks, function)(asyncio.get_running_loop(), task)
        assert asyncio.current_task() is task

    run(main)


def test_what_a_task_shows_to_the_collector_first_is_its_context():
    """The core knows the context of a task by that: see interpose/completions.c."""

    async def main():
        task = asyncio.current_task()
        shown = [each for each in gc.get_referents(task) if not isinstance(each, type)]
        assert type(shown[0]) is contextvars.Context
        mark.set("its own")
        assert shown[0][mark] == "its own"

    mark = contextvars.ContextVar("mark")
    asyncio.run(main())
