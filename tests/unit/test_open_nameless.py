"""Pipes and deleted files, opened anew by the names that /proc has for descriptors."""

import os
import socket
import subprocess
import sys

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


ALONE = """
import os, signal, sys, threading
from fastaudit import Policy, sandbox
ended = []
signal.signal(signal.SIGCHLD, lambda *_: ended.append(True))
reader, writer = os.pipe()
with sandbox(Policy()):
    for _ in range(20):
        os.close(os.open(f"/proc/self/fd/{reader}", os.O_RDONLY | os.O_NONBLOCK))
try:
    os.wait()
except ChildProcessError:
    print("no child", ended)
"""


def test_opening_what_has_no_name_leaves_no_process_and_sends_no_signal():
    done = subprocess.run([sys.executable, "-P", "-c", ALONE], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout == "no child []\n"
