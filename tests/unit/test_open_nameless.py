"""Pipes and deleted files, opened anew by the names that /proc has for descriptors."""

import os
import signal
import socket
import threading
from pathlib import Path

import pytest

from fastaudit import PermissionViolation, Policy, sandbox


@pytest.fixture
def box(tmp_path):
    return tmp_path


@pytest.fixture
def held(box):
    return sandbox(Policy(read=[box], write=[box]))


def test_what_has_no_name_is_opened_anew(box, held):
    reader, writer = os.pipe()
    deleted = os.open(box / "deleted", os.O_RDWR | os.O_CREAT)
    os.unlink(box / "deleted")
    os.write(deleted, b"text")
    mine = socket.socket()
    with held:
        with open(f"/proc/self/fd/{deleted}", "rb") as file:
            assert file.read() == b"text"  # from its beginning: an opening of its own
        with open(f"/dev/fd/{deleted}", "r+b") as file:
            file.write(b"T")
        with open(f"/proc/thread-self/fd/{writer}", "wb", 0) as file:
            file.write(b"p")
        assert os.read(reader, 1) == b"p"
        with pytest.raises(PermissionViolation):
            os.open("/proc/self/ns/net", os.O_RDONLY)
        with pytest.raises(OSError, match="No such device or address"):
            os.open(f"/proc/self/fd/{mine.fileno()}", os.O_RDONLY)
    assert os.pread(deleted, 4, 0) == b"Text"
    for number in (reader, writer, deleted):
        os.close(number)
    mine.close()


def test_opening_what_has_no_name_leaves_no_process_behind(held):
    reader, writer = os.pipe()
    ended = []
    before = signal.signal(signal.SIGCHLD, lambda *_: ended.append(True))
    try:
        with held:
            for _ in range(20):
                os.close(os.open(f"/proc/self/fd/{reader}", os.O_RDONLY | os.O_NONBLOCK))
        children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text()
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert not ended
    assert not children.split()
    os.close(reader)
    os.close(writer)
