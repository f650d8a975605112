"""Files are opened and changed the same inside as outside, by whoever may: the guard acts as CPython does."""

import fcntl
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from fastaudit import Deny, PermissionViolation, Policy, Violation, sandbox

PERFORM = Path(__file__).with_name("opening") / "perform.py"

# What is not the same, and why. See docs/adr/0109.
DIFFERENT = {
    "os.open: bytearray": "refused: deprecated, and its bytes may change between the judgement and the opening",
    "os.open: memoryview": "refused, as a bytearray is",
    "object: number that is an index": "other hooks see the number, not the object that was asked for it",
    "object: missing path object for FileIO": "other hooks see the path that the object answered, once",
    "object: directory for FileIO by a path object": "the same",
    "object: FileIO by a path object": "the same",
    "object: opener for a path object": "the same; and so does the opener that is given to FileIO itself",
    "object: FileIO never closed": "the same",
    "place: number of a deleted file for more": "refused: else what may be written could be read, once deleted",
    "place: number of a deleted folder": "refused: beneath what has no name there is no place to judge",
    "place: namespace": "refused: it has no name, and no number",
    "place: deleted current folder": "refused: it has no name",
    "act: mkdir beneath -1": "other hooks see another negative number",
    "act: chmod by an index": "other hooks see the number, not the object that was asked for it",
    **dict.fromkeys(
        ["act: link: link", "act: link: link to a folder", "act: link: link to nothing"],
        "refused: the event does not tell whether the link itself is meant",
    ),
}

# What is refused in the same way, in other words: what has no __index__ is no time for the guard.
REWORDED = {"act: utime of texts"} if sys.version_info >= (3, 14) else set()


def perform(folder, *words):
    done = subprocess.run(
        [sys.executable, PERFORM, folder, *words],
        cwd="/", check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def performed():
    """Give what came of every operation, outside and inside."""
    # Not beneath pytest's own folder, which nobody else may search: some operations are nobody's.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        folder = os.path.realpath(folder)
        yield perform(folder), perform(folder, "--held")


def test_operations_are_the_same_inside(performed):
    bare, held = performed
    assert len(bare) >= 900
    different = {name: (bare[name], held[name]) for name in bare if bare[name] != held[name]}
    assert {name: found for name, found in different.items() if name not in {*DIFFERENT, *REWORDED}} == {}
    for name in REWORDED:
        assert bare[name]["error"][0] == held[name]["error"][0] == "TypeError"


def test_what_is_not_the_same_is_refused_or_only_shown_otherwise(performed):
    bare, held = performed
    assert DIFFERENT.keys() <= bare.keys()
    for name in DIFFERENT:
        refused = held[name]["error"] and held[name]["error"][0] == "PermissionViolation"
        assert refused or (held[name]["error"], held[name]["tree"]) == (bare[name]["error"], bare[name]["tree"])


def test_no_operation_ends_the_process(performed):
    for found in performed:
        assert [name for name, one in found.items() if one["error"] == "the process ended"] == []


# What is refused


@pytest.fixture
def box(tmp_path):
    folder = tmp_path.resolve() / "box"
    folder.mkdir()
    (folder / "file").write_text("text")
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "link").symlink_to("missing")
    os.mkfifo(folder / "fifo")
    return folder


@pytest.fixture
def nothing():
    return sandbox(Policy())


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("fifo", os.O_RDONLY),
        ("fifo", os.O_WRONLY),
        ("fifo", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        ("file", os.O_WRONLY | os.O_TRUNC),
        ("file", os.O_RDONLY | os.O_TRUNC),
        ("file", os.O_WRONLY | os.O_CREAT | os.O_EXCL),
        ("file/", os.O_WRONLY | os.O_CREAT),
        ("new", os.O_WRONLY | os.O_CREAT),
        ("new", os.O_WRONLY | os.O_CREAT | os.O_EXCL),
        ("link", os.O_WRONLY | os.O_CREAT),
        ("folder", os.O_WRONLY | os.O_TMPFILE),
        ("folder", os.O_WRONLY | os.O_CREAT),
        ("loop", os.O_RDONLY),
        ("loop", os.O_RDONLY | os.O_NOFOLLOW),
        ("missing/../file", os.O_RDONLY),
        ("file/../file", os.O_RDONLY),
        ("file/x", os.O_RDONLY),
        ("missing", os.O_RDONLY),
    ],
)
def test_nothing_waits_happens_or_is_told_before_the_judgement(box, nothing, name, flags):
    before = sorted(os.listdir(box))
    with nothing as record, pytest.raises(PermissionViolation):
        os.open(box / name, flags)
    assert len(record.violations) == 1
    assert sorted(os.listdir(box)) == before
    assert (box / "file").read_text() == "text"


def test_a_reader_that_waits_is_not_woken_by_what_is_refused(box, nothing):
    opened = threading.Event()
    thread = threading.Thread(target=lambda: (open(box / "fifo", "rb").close(), opened.set()))
    thread.start()
    with nothing:
        for _ in range(100):
            with pytest.raises(PermissionViolation):
                os.open(box / "fifo", os.O_WRONLY)
            with pytest.raises(PermissionViolation):
                io.FileIO(box / "fifo", "wb")
    assert not opened.wait(0.05)
    os.close(os.open(box / "fifo", os.O_RDWR))
    thread.join()


def test_a_refused_opening_keeps_the_locks_of_the_host(box, nothing):
    with open(box / "file", "r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        with nothing:
            for name in ("file", "file/", "folder/../file", "fifo"):
                with pytest.raises(PermissionViolation):
                    os.open(box / name, os.O_RDWR)
        locks = Path("/proc/locks").read_text()
        assert f":{os.stat(box / 'file').st_ino} " in locks


def test_the_error_of_a_loop_is_told_where_it_lies_in_what_is_granted(box, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "loop").symlink_to("loop")
    (box / "out").symlink_to("../outside/loop")
    with sandbox(Policy(read=[box])) as record:
        for name in ("loop", "loop/x", "missing/../file"):
            with pytest.raises(OSError) as caught:
                os.open(box / name, os.O_RDONLY)
            assert not isinstance(caught.value, Violation)
            with pytest.raises(PermissionViolation):
                os.open(box / name, os.O_WRONLY)
        with pytest.raises(PermissionViolation):
            os.open(box / "out", os.O_RDONLY)
        with pytest.raises(PermissionViolation):
            os.open(tmp_path / "outside" / "missing" / ".." / "x", os.O_RDONLY)
    assert len(record.violations) == 5


@pytest.mark.parametrize("how", [os.O_WRONLY, os.O_RDWR, os.O_PATH])
def test_a_denied_file_is_not_read_once_it_is_deleted(box, how):
    policy = Policy(write=[box]) if how != os.O_PATH else Policy(write=[box], read=[box], deny=Deny(read=["**/file"]))
    with sandbox(policy), pytest.raises(PermissionViolation):
        number = os.open(box / "file", how)
        os.remove(box / "file")
        os.open(f"/proc/self/fd/{number}", os.O_RDONLY)
