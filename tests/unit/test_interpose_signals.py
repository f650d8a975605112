"""Handlers of signals carry what they were set under; timers and files send signals by right."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import termios
import threading
import time

import pytest
from running import may

from fastaudit import Policy, Violation, sandbox, trusted

ALARM = signal.SIGALRM


@pytest.fixture(autouse=True)
def handlers_are_put_back():
    before = {number: signal.getsignal(number) for number in (ALARM, signal.SIGUSR1, signal.SIGIO, signal.SIGINT)}
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number, handler in before.items():
        signal.signal(number, handler)


def wait_for(seen):
    end = time.monotonic() + 5
    while not seen and time.monotonic() < end:
        time.sleep(0.001)
    return seen


# ---- handlers ----


def test_a_handler_that_a_guest_left_behind_is_held():
    seen = []
    with sandbox(Policy()):
        signal.signal(signal.SIGUSR1, lambda *_: seen.append(may()))
    signal.raise_signal(signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGUSR1)
    assert seen == [False, False]
    assert may()


def test_a_handler_of_the_hosts_is_as_it_was():
    seen = []

    def handler(number, frame):
        seen.append((may(), number, frame is not None))

    signal.signal(signal.SIGUSR1, handler)
    with sandbox(Policy()):
        assert signal.getsignal(signal.SIGUSR1) is handler
    assert signal.getsignal(signal.SIGUSR1) is handler
    signal.raise_signal(signal.SIGUSR1)
    assert seen == [(True, signal.SIGUSR1, True)]


def test_a_guest_finds_its_own_function_and_puts_the_hosts_back():
    def hosts(*_):
        pass

    def guests(*_):
        pass

    signal.signal(signal.SIGUSR1, hosts)
    with sandbox(Policy()):
        assert signal.signal(signal.SIGUSR1, guests) is hosts
        assert signal.getsignal(signal.SIGUSR1) is guests
        assert signal.signal(signal.SIGUSR1, guests) is guests
        with sandbox(Policy()):
            assert signal.getsignal(signal.SIGUSR1) is guests
        assert signal.signal(signal.SIGUSR1, hosts) is guests
    assert signal.getsignal(signal.SIGUSR1) is hosts


def test_who_is_held_less_puts_back_what_is_held_still():
    seen = []
    with sandbox(Policy()):
        signal.signal(signal.SIGUSR1, lambda *_: seen.append(may()))
    found = signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, found)
    signal.raise_signal(signal.SIGUSR1)
    with sandbox(Policy(read=True, signal=True)):
        again = signal.getsignal(signal.SIGUSR1)
        signal.signal(signal.SIGUSR1, again)
        signal.raise_signal(signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    assert seen == [False, False, False]


def test_a_handler_in_a_trusted_call_is_held():
    seen = []

    @trusted
    def price():
        signal.raise_signal(signal.SIGUSR1)
        return may()

    with sandbox(Policy()):
        signal.signal(signal.SIGUSR1, lambda *_: seen.append(may()))
        assert price()
    assert seen == [False]


def test_a_handler_that_opens_a_scope_and_one_that_raises():
    def raises(*_):
        raise TimeoutError("too long")

    with sandbox(Policy()):
        signal.signal(ALARM, raises)
        with pytest.raises(TimeoutError, match="too long"):
            signal.setitimer(signal.ITIMER_REAL, 0.001)  # it may come at once
            time.sleep(5)
    assert may()


def test_what_is_no_function_stays_what_it_is():
    with sandbox(Policy()):
        for plain in (signal.SIG_IGN, signal.SIG_DFL, signal.default_int_handler):
            signal.signal(signal.SIGUSR1, plain)
            assert signal.getsignal(signal.SIGUSR1) is plain
    assert signal.getsignal(signal.SIGUSR1) is signal.default_int_handler


def test_what_python_complains_of_it_complains_of():
    with sandbox(Policy()):
        for wrong in ((), (1,), (10**30, int), (1000, int), (signal.SIGUSR1, 5), (signal.SIGKILL, int)):
            with pytest.raises((TypeError, ValueError, OSError, OverflowError)):
                signal.signal(*wrong)
        caught = []

        def elsewhere():
            try:
                signal.signal(signal.SIGUSR1, int)
            except ValueError as error:
                caught.append(str(error))

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert "main thread" in caught[0]


def test_a_number_is_asked_once():
    class Number:
        answers = iter([signal.SIGUSR1, signal.SIGKILL])

        def __index__(self):
            return int(next(self.answers))

    seen = []
    with sandbox(Policy()):
        signal.signal(Number(), lambda *_: seen.append(may()))
    signal.raise_signal(signal.SIGUSR1)
    assert seen == [False]


# ---- timers ----

TIMERS = {
    "signal.setitimer": lambda: signal.setitimer(signal.ITIMER_REAL, 100),
    "signal.alarm": lambda: signal.alarm(100),
}


@pytest.mark.parametrize("event", TIMERS)
@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN, lambda *_: None, signal.default_int_handler])
def test_a_timer_whose_signal_comes_to_the_host_needs_the_right(event, handler):
    signal.signal(ALARM, handler)
    with sandbox(Policy()), pytest.raises(Violation) as caught:
        TIMERS[event]()
    assert caught.value.right == "signal" and caught.value.event == event
    assert 'allow=["signal"]' in str(caught.value)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    for granting in (Policy(signal=True), Policy(allow=[event])):
        with sandbox(granting):
            TIMERS[event]()
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 50
        signal.alarm(0)


@pytest.mark.parametrize("event", TIMERS)
def test_a_timer_of_ones_own_needs_nothing(event):
    with sandbox(Policy()) as box:
        before = signal.signal(ALARM, lambda *_: None)
        TIMERS[event]()
        assert signal.alarm(0) > 50
        signal.signal(ALARM, before)
        signal.alarm(0)  # as careful code does at its end: none runs
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    assert box.violations == ()


def test_the_hosts_timer_is_not_stopped():
    signal.signal(ALARM, lambda *_: None)
    signal.alarm(100)
    with sandbox(Policy()):
        for stop in (lambda: signal.alarm(0), lambda: signal.setitimer(signal.ITIMER_REAL, 0)):
            with pytest.raises(Violation):
                stop()
    assert signal.alarm(0) > 50


@pytest.mark.parametrize("number", [signal.SIGVTALRM, signal.SIGPROF])
def test_each_timer_is_asked_about_by_its_own_signal(number):
    which = signal.ITIMER_VIRTUAL if number == signal.SIGVTALRM else signal.ITIMER_PROF
    with sandbox(Policy()):
        signal.signal(ALARM, lambda *_: None)
        with pytest.raises(Violation):
            signal.setitimer(which, 100)
        before = signal.signal(number, lambda *_: None)
        signal.setitimer(which, 100)
        signal.setitimer(which, 0)
        signal.signal(number, before)


def test_what_python_complains_of_sets_no_timer():
    with sandbox(Policy()):
        for call in (
            lambda: signal.setitimer(signal.ITIMER_REAL),
            lambda: signal.setitimer(99, 1),
            lambda: signal.setitimer("1", 1),
            lambda: signal.setitimer(2**80, 1),
            lambda: signal.alarm("x"),
            lambda: signal.alarm(),
        ):
            with pytest.raises((TypeError, ValueError, OSError, OverflowError, Violation)):
                call()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_timer_that_the_host_sets_goes_to_the_host():
    seen = []
    signal.signal(ALARM, lambda *_: seen.append(may()))
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    assert wait_for(seen) == [True]


# ---- files ----

OWNERS = {
    "F_SETOWN": lambda end: fcntl.fcntl(end, fcntl.F_SETOWN, os.getpid()),
    "F_SETSIG": lambda end: fcntl.fcntl(end, fcntl.F_SETSIG, signal.SIGUSR1),
    "F_SETOWN_EX": lambda end: fcntl.fcntl(end, 15, b"\0" * 8),
    "F_NOTIFY": lambda end: fcntl.fcntl(end, fcntl.F_NOTIFY, fcntl.DN_CREATE),
    "F_SETLEASE": lambda end: fcntl.fcntl(end, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    "F_SETFL": lambda end: fcntl.fcntl(end, fcntl.F_SETFL, os.O_NONBLOCK | os.O_ASYNC),
    "F_SETFL by bytes": lambda end: fcntl.fcntl(end, fcntl.F_SETFL, b"\0" * 8),
    "FIOASYNC": lambda end: fcntl.ioctl(end, termios.FIOASYNC, b"\1\0\0\0"),
    "FIOSETOWN": lambda end: fcntl.ioctl(end, 0x8901, os.getpid().to_bytes(4, sys.byteorder)),
    "SIOCSPGRP": lambda end: fcntl.ioctl(end, 0x8902 - 2**32, os.getpid().to_bytes(4, sys.byteorder)),
}


@pytest.mark.parametrize("act", OWNERS)
def test_a_file_sends_signals_by_right(act):
    ends = socket.socketpair()
    with contextlib.closing(ends[0]), contextlib.closing(ends[1]):
        with sandbox(Policy()), pytest.raises(Violation) as caught:
            OWNERS[act](ends[0])
        assert caught.value.right == "signal"
        assert fcntl.fcntl(ends[0], fcntl.F_GETOWN) == 0
        assert fcntl.fcntl(ends[0], fcntl.F_GETFL) & os.O_ASYNC == 0
        with sandbox(Policy(signal=True)), contextlib.suppress(OSError):
            OWNERS[act](ends[0])


def test_what_else_is_done_to_an_open_file_needs_nothing():
    class Once:
        answers = iter([fcntl.F_SETFL, fcntl.F_SETOWN])

        def __index__(self):
            return next(self.answers)

    class Flags:
        answers = iter([os.O_NONBLOCK, os.O_NONBLOCK | os.O_ASYNC])

        def __index__(self):
            return next(self.answers)

    ends = socket.socketpair()
    with contextlib.closing(ends[0]), contextlib.closing(ends[1]), sandbox(Policy()) as box:
        flags = fcntl.fcntl(ends[0], fcntl.F_GETFL)
        fcntl.fcntl(ends[0], fcntl.F_SETFL, flags | os.O_NONBLOCK)
        fcntl.fcntl(ends[0], fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        fcntl.fcntl(ends[0], Once(), Flags())
        assert fcntl.fcntl(ends[0], fcntl.F_GETFL) & os.O_ASYNC == 0
        assert fcntl.fcntl(ends[0], fcntl.F_GETOWN) == 0
        ends[1].send(b"xy")
        count = bytearray(4)
        assert fcntl.ioctl(ends[0], termios.FIONREAD, count, True) == 0
        assert int.from_bytes(count, sys.byteorder) == 2
        with pytest.raises(TypeError):
            fcntl.fcntl(ends[0])
        with pytest.raises(TypeError):
            fcntl.ioctl(ends[0], "x")
        with pytest.raises(OSError, match="Bad file"):
            fcntl.fcntl(2**20, fcntl.F_GETFD)
    assert box.violations == ()


# ---- groups and sessions ----

LEAVING = {"os.setpgrp": os.setpgrp, "os.setsid": os.setsid, "os.setpgid": lambda: os.setpgid(0, 0)}


@pytest.mark.parametrize("event", LEAVING)
def test_the_hosts_group_is_left_by_right(event):
    before = os.getpgrp(), os.getsid(0)
    with sandbox(Policy()), pytest.raises(Violation) as caught:
        LEAVING[event]()
    assert caught.value.right == "limits" and caught.value.event == event
    assert (os.getpgrp(), os.getsid(0)) == before
    child = os.fork()
    if child == 0:
        status = 1
        with contextlib.suppress(BaseException), sandbox(Policy(limits=True)):
            LEAVING[event]()
            status = 0 if os.getpgrp() == os.getpid() else 1
        os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("leave", LEAVING)
def test_a_program_that_is_started_gets_a_group_of_its_own(leave):
    code = "import os; print(os.getpgrp() == os.getpid())"
    with sandbox(Policy(run=["{python} *"])) as box:
        for how in ({"preexec_fn": LEAVING[leave]}, {"start_new_session": True}):
            told = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True, **how)
            assert told.stdout == "True\n"
        with pytest.raises(Violation):
            LEAVING[leave]()
    assert len(box.violations) == 1


def test_a_child_of_ones_own_is_put_into_a_group():
    with sandbox(Policy(run=["cat"])) as box:
        child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
        with contextlib.suppress(PermissionError):  # it may be another program by now, and the system says no
            os.setpgid(child.pid, child.pid)
        child.communicate()
    assert box.violations == ()
