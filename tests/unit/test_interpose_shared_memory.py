"""Shared memory and semaphores with names are judged as the files that they are, but for multiprocessing's own."""

import _multiprocessing
import _posixshmem
import contextlib
import multiprocessing
import os
import secrets
import sys
from multiprocessing import resource_tracker, shared_memory

import pytest

from fastaudit import Policy, Violation, sandbox

SHM = "/dev/shm"
ALL = {"read": [SHM], "write": [SHM]}
NEW = os.O_CREAT | os.O_EXCL | os.O_RDWR


@pytest.fixture
def name():
    """A name that nothing has; afterwards neither memory nor a semaphore has it."""
    chosen = f"fastaudit-{secrets.token_hex(8)}"
    yield chosen
    for file in (f"{SHM}/{chosen}", f"{SHM}/sem.{chosen}"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(file)


@pytest.fixture
def file(name):
    path = f"{SHM}/{name}"
    with open(path, "x") as made:
        made.write("of the host")
    return path


def opened(*args, **options):
    os.close(_posixshmem.shm_open(*args, **options))


# ---- shared memory ----


@pytest.mark.parametrize("slashes", ["", "/", "//"])
def test_memory_is_made_opened_and_deleted_by_rights_of_its_file(name, slashes):
    path, given = f"{SHM}/{name}", slashes + name
    with sandbox(Policy(read=[SHM])) as box:
        with pytest.raises(Violation) as caught:
            _posixshmem.shm_open(given, NEW, 0o600)
        assert (caught.value.right, caught.value.target, caught.value.event) == ("create", path, "open")
        assert f'write=["{path}"]' in str(caught.value)
    assert box.quiet == 1  # as with open(): libraries probe there
    assert not os.path.exists(path)
    with sandbox(Policy(**ALL)):
        opened(given, NEW, 0o640)
        with pytest.raises(FileExistsError) as caught:
            _posixshmem.shm_open(given, flags=NEW, mode=0o600)
        assert caught.value.filename == given  # as without
        opened(path=given, flags=os.O_RDWR)
    assert os.stat(path).st_mode & 0o777 == 0o640
    with sandbox(Policy(read=[SHM], create=[SHM])):
        opened(given, os.O_RDONLY)
        for flags in (os.O_RDWR, os.O_WRONLY, os.O_RDWR | os.O_CREAT, os.O_RDONLY | os.O_TRUNC):
            with pytest.raises(Violation) as caught:
                _posixshmem.shm_open(given, flags)
            assert caught.value.right == "modify"
        with pytest.raises(Violation) as caught:
            _posixshmem.shm_unlink(given)
        assert (caught.value.right, caught.value.target, caught.value.event) == ("delete", path, "os.remove")
    assert os.path.exists(path)
    with sandbox(Policy(**ALL)):
        if sys.version_info < (3, 14):  # later it takes no keywords
            _posixshmem.shm_unlink(path=given)
        else:
            _posixshmem.shm_unlink(given)
        with pytest.raises(FileNotFoundError) as caught:
            _posixshmem.shm_unlink(given)
        assert caught.value.filename == given
        with pytest.raises(FileNotFoundError):
            _posixshmem.shm_open(given, os.O_RDWR)
    assert not os.path.exists(path)


def test_nothing_of_the_hosts_is_reached(name, file):
    with sandbox(Policy()) as box:
        for act in (
            lambda: _posixshmem.shm_open(name, os.O_RDONLY),
            lambda: _posixshmem.shm_open(name, os.O_RDWR),
            lambda: _posixshmem.shm_open(name, os.O_RDWR | os.O_TRUNC),
            lambda: _posixshmem.shm_unlink(name),
            lambda: shared_memory.SharedMemory(name),
        ):
            with pytest.raises(Violation):
                act()
    assert len(box.violations) + box.quiet == 5
    with open(file) as read:
        assert read.read() == "of the host"


def test_a_link_is_not_followed(name, tmp_path):
    (tmp_path / "secret").write_text("x")
    os.symlink(tmp_path / "secret", f"{SHM}/{name}")
    with sandbox(Policy(read=True, write=[SHM])), pytest.raises(OSError, match="symbolic links") as caught:
        _posixshmem.shm_open(name, os.O_RDONLY)
    assert not isinstance(caught.value, Violation)


@pytest.mark.parametrize("wrong", ["", "/", "a/b", "/../x", "..", "a\0b", "\ud800", "x" * 5000, None, b"x", 5])
@pytest.mark.parametrize("policy", [Policy(), Policy(**ALL), Policy.unrestricted()], ids=["none", "all", "whole"])
def test_names_that_name_no_memory_are_errors(wrong, policy):
    before = sorted(os.listdir(SHM))
    with sandbox(policy):
        for act in (lambda: _posixshmem.shm_open(wrong, NEW), lambda: _posixshmem.shm_unlink(wrong)):
            with pytest.raises((OSError, ValueError, TypeError)):
                act()
    assert sorted(os.listdir(SHM)) == before


def test_numbers_are_asked_once_and_calls_of_no_sense_are_pythons(name, file):
    class Flags:
        answers = iter([os.O_RDONLY, os.O_RDWR | os.O_TRUNC])

        def __index__(self):
            return next(self.answers)

    with sandbox(Policy(read=[SHM])):
        opened(name, Flags())
        for wrong in ((), (name,), (name, "x"), (name, 0, "x"), (name, 2**80), (name, 0, 0, 0)):
            with pytest.raises((TypeError, OverflowError)):
                _posixshmem.shm_open(*wrong)
    assert os.path.getsize(file) == len("of the host")


def test_shared_memory_works_where_its_folder_is_granted():
    with sandbox(Policy(**ALL, run=["{python} *"])) as box:
        memory = shared_memory.SharedMemory(create=True, size=100)
        memory.buf[0] = 7
        again = shared_memory.SharedMemory(memory.name)
        assert again.buf[0] == 7
        again.close()
        memory.close()
        memory.unlink()
        numbers = shared_memory.ShareableList([1, "two", 3.0])
        assert list(numbers) == [1, "two", 3.0]
        numbers.shm.close()
        numbers.shm.unlink()
    assert box.violations == () and box.quiet == 0


# ---- semaphores ----


def semaphore(name, *, unlink):
    return _multiprocessing.SemLock(0, 1, 1, name, unlink)


def test_a_semaphore_whose_name_goes_at_once_needs_nothing(name):
    before = sorted(os.listdir(SHM))
    with sandbox(Policy()) as box:
        made = semaphore(f"/{name}", unlink=True)
        assert made.acquire() is True
        made.release()
    assert sorted(os.listdir(SHM)) == before and box.violations == ()


def test_a_semaphore_that_stays_is_a_file(name):
    path = f"{SHM}/sem.{name}"
    with sandbox(Policy()):
        for make in (
            lambda: semaphore(f"/{name}", unlink=False),
            lambda: _multiprocessing.SemLock(kind=0, value=1, maxvalue=1, name=name, unlink=0),
            lambda: _multiprocessing.SemLock.__new__(_multiprocessing.SemLock, 0, 1, 1, name, False),
            lambda: type("Sub", (_multiprocessing.SemLock,), {})(0, 1, 1, name, False),
        ):
            with pytest.raises(Violation) as caught:
                make()
            assert (caught.value.right, caught.value.target) == ("create", path)
    assert not os.path.exists(path)
    with sandbox(Policy(create=[SHM])):
        semaphore(f"/{name}", unlink=False)
        with pytest.raises(Violation) as caught:
            _multiprocessing.SemLock._rebuild(0, 0, 1, f"/{name}")
        assert caught.value.right in ("read", "modify")
        with pytest.raises(Violation) as caught:
            _multiprocessing.sem_unlink(f"/{name}")
        assert (caught.value.right, caught.value.target) == ("delete", path)
    with sandbox(Policy(**ALL)):
        again = _multiprocessing.SemLock._rebuild(0, 0, 1, f"/{name}")
        assert again.acquire() and again.name == f"/{name}"
        _multiprocessing.sem_unlink(f"/{name}")
    assert not os.path.exists(path)


def test_a_lying_truth_is_asked_once(name):
    class Truth:
        answers = iter([True, False])

        def __bool__(self):
            return next(self.answers)

    with sandbox(Policy()):
        semaphore(f"/{name}", unlink=Truth())
    assert not os.path.exists(f"{SHM}/sem.{name}")


def test_an_address_is_no_semaphore():
    with sandbox(Policy(**ALL)), pytest.raises(Violation) as caught:
        _multiprocessing.SemLock._rebuild(id(object()), 0, 1, None)
    assert caught.value.right == "native"
    assert 'allow=["_multiprocessing.SemLock._rebuild"]' in str(caught.value)


@pytest.mark.parametrize(
    "wrong", ["/mp-abcdefg", "/mp-abcdefghi", "/mp-ABCDEFGH", "mp-abcdefgh", "/mp-abc/../x", "/mp-abcd\0fgh"]
)
def test_a_name_almost_like_multiprocessings_is_a_file(wrong):
    with sandbox(Policy()):
        with pytest.raises((Violation, OSError, ValueError)):
            semaphore(wrong, unlink=False)
        with pytest.raises((Violation, OSError, ValueError)):
            _multiprocessing.sem_unlink(wrong)


def square(number, lock, results):
    with lock:
        results.put(number * number)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessings_own_locks_work_without_a_word_of_their_folder(method):
    context = multiprocessing.get_context(method)
    resource_tracker.ensure_running()
    before = sorted(os.listdir(SHM))
    with sandbox(Policy()) as box:
        made = [
            context.Lock(),
            context.RLock(),
            context.Semaphore(2),
            context.BoundedSemaphore(2),
            context.Condition(),
            context.Event(),
        ]
        with made[0], made[1], made[2]:
            made[5].set()
        results = context.SimpleQueue()
        results.put(5)
        assert results.get() == 5
        del made, results
    assert box.violations == ()
    assert sorted(os.listdir(SHM)) == before


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessings_own_locks_reach_its_processes(method):
    context = multiprocessing.get_context(method)
    granted = {"fork": True} if method == "fork" else {"run": ["{python} *"]}
    with sandbox(Policy(read=[os.path.dirname(__file__)], **granted)) as box:
        lock, results = context.Lock(), context.SimpleQueue()
        children = [context.Process(target=square, args=(number, lock, results)) for number in (2, 3)]
        for child in children:
            child.start()
        assert sorted(results.get() for _ in children) == [4, 9]
        for child in children:
            child.join()
        assert [child.exitcode for child in children] == [0, 0]
    assert box.violations == ()
