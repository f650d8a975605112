"""More acts that no_memory.py runs without memory: what CPython does in silence, which is refused all the same or done whole."""

import _multiprocessing
import _posixshmem
import contextlib
import fcntl
import multiprocessing.shared_memory  # noqa: F401
import os
import readline
import signal
import ssl
import termios

from no_memory_acts import FORBIDDEN, MARKER, OPEN, held_without_memory, manager, refused

NAME = f"fastaudit-{os.getpid()}"


def silent_handler(arm, disarm):
    """What is set is held, or nothing is set."""
    answers = []
    before = signal.getsignal(signal.SIGUSR1)
    try:
        with manager:
            arm()
            try:
                signal.signal(signal.SIGUSR1, lambda *_: answers.append(held_without_memory(disarm, arm)))
            finally:
                disarm()
        if signal.getsignal(signal.SIGUSR1) is not before:
            with contextlib.suppress(MemoryError, RuntimeError):
                signal.raise_signal(signal.SIGUSR1)
        assert all(answers), "the handler is free"
    finally:
        signal.signal(signal.SIGUSR1, before)


def silent_timer(arm, disarm):
    refused(arm, disarm, signal.setitimer, signal.ITIMER_REAL, 1000)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def silent_owner(arm, disarm):
    ends = os.pipe()
    try:
        refused(arm, disarm, fcntl.fcntl, ends[0], fcntl.F_SETOWN, os.getpid())
        assert fcntl.fcntl(ends[0], fcntl.F_GETOWN) == 0
    finally:
        for end in ends:
            os.close(end)


def silent_memory(arm, disarm):
    refused(arm, disarm, _posixshmem.shm_open, NAME, os.O_CREAT | os.O_RDWR, 0o600)
    assert not os.path.exists(f"/dev/shm/{NAME}")


def silent_memory_deleted(arm, disarm):
    path = f"/dev/shm/{NAME}"
    with open(path, "w"):
        pass
    try:
        refused(arm, disarm, _posixshmem.shm_unlink, NAME)
        assert os.path.exists(path)
    finally:
        os.unlink(path)


def silent_semaphore(arm, disarm):
    refused(arm, disarm, _multiprocessing.SemLock, 0, 1, 1, f"/{NAME}", False)
    assert not os.path.exists(f"/dev/shm/sem.{NAME}")


def silent_certificate(arm, disarm):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    refused(arm, disarm, context.load_cert_chain, MARKER, keyfile=OPEN)


def silent_history(arm, disarm):
    readline.add_history("x")
    try:
        refused(arm, disarm, readline.write_history_file, FORBIDDEN)
    finally:
        readline.clear_history()


def silent_include(arm, disarm):
    refused(arm, disarm, readline.parse_and_bind, f"$include {MARKER}")


def silent_group(arm, disarm):
    """A process of one's own group: that it leaves is refused, whatever the way."""
    before = os.getpgrp(), os.getsid(0)
    refused(arm, disarm, os.setpgid, 0, 0)
    refused(arm, disarm, os.setpgrp)
    refused(arm, disarm, os.setsid)
    assert (os.getpgrp(), os.getsid(0)) == before


def silent_alarm(arm, disarm):
    refused(arm, disarm, signal.alarm, 1000)
    assert signal.alarm(0) == 0


def silent_device(arm, disarm):
    ends = os.pipe()
    try:
        refused(arm, disarm, fcntl.ioctl, ends[0], termios.FIOASYNC, bytearray(b"\1\0\0\0"))
    finally:
        for end in ends:
            os.close(end)


def silent_semaphore_deleted(arm, disarm):
    path = f"/dev/shm/sem.{NAME}"
    with open(path, "w"):
        pass
    try:
        refused(arm, disarm, _multiprocessing.sem_unlink, f"/{NAME}")
        assert os.path.exists(path)
    finally:
        os.unlink(path)


def silent_semaphore_rebuilt(arm, disarm):
    refused(arm, disarm, _multiprocessing.SemLock._rebuild, 0, 1, 1, f"/{NAME}")
    refused(arm, disarm, _multiprocessing.SemLock._rebuild, 0, 1, 1, None)


def silent_keys(arm, disarm):
    """The log of keys, by the name that is no text."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    refused(arm, disarm, setattr, context, "keylog_filename", os.fsencode(FORBIDDEN))
    refused(arm, disarm, context.load_verify_locations, MARKER)


def silent_certificate_decoded(arm, disarm):
    refused(arm, disarm, ssl._ssl._test_decode_cert, MARKER)
