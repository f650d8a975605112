"""Acts of which CPython says nothing are asked about as well."""

import gc
import os
import signal
import socket
import stat
import time

import pytest

from fastaudit import Policy, Violation, sandbox

NULL = os.makedev(1, 3)


@pytest.fixture
def box(tmp_path):
    (tmp_path / "box").mkdir()
    return (tmp_path / "box").resolve()


MAKERS = {
    "a pipe": (lambda name, **where: os.mkfifo(name, **where), stat.S_ISFIFO),
    "a pipe with a mode": (lambda name, **where: os.mkfifo(name, 0o640, **where), stat.S_ISFIFO),
    "a file": (lambda name, **where: os.mknod(name, **where), stat.S_ISREG),
    "a file with a mode": (lambda name, **where: os.mknod(name, 0o640 | stat.S_IFREG, **where), stat.S_ISREG),
    "a pipe as a node": (lambda name, **where: os.mknod(name, 0o600 | stat.S_IFIFO, 0, **where), stat.S_ISFIFO),
    "a socket": (lambda name, **where: os.mknod(name, 0o600 | stat.S_IFSOCK, **where), stat.S_ISSOCK),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_nodes_are_made_where_creating_is_granted_and_as_without(box, kind):
    make, is_kind = MAKERS[kind]
    make(box / "bare")
    (box / "d").mkdir()
    os.symlink("d", box / "link")
    with sandbox(Policy(create=[box])):
        make(box / "held")
        make(os.fsencode(box / "bytes"))
        make(box / "link" / "through")
        with pytest.raises(FileExistsError) as caught:
            make(box / "held")
        with pytest.raises(FileNotFoundError):
            make(box / "missing" / "new")
    assert caught.value.filename is None  # as without
    modes = {os.lstat(box / name).st_mode for name in ("bare", "held", "bytes", "d/through")}
    assert len(modes) == 1 and is_kind(modes.pop())


@pytest.mark.parametrize("kind", MAKERS)
def test_nodes_are_refused_elsewhere(box, kind):
    make, _ = MAKERS[kind]
    outside = box.parent / "new"
    os.symlink("..", box / "up")
    number = os.open(box.parent, os.O_RDONLY)
    try:
        with sandbox(Policy(create=[box])) as inside:
            for place in ({"name": outside}, {"name": box / "up" / "new"}, {"name": "new", "dir_fd": number}):
                with pytest.raises(Violation) as caught:
                    make(**place)
                assert caught.value.right == "create"
        with sandbox(Policy(read=[box])), pytest.raises(Violation):
            make(box / "new")
    finally:
        os.close(number)
    assert len(inside.violations) == 3
    assert not outside.exists() and not (box / "new").exists()


def test_calls_that_python_complains_of_make_nothing(box):
    class Key(str):
        __slots__ = ()

    with sandbox(Policy(create=[box])):
        for wrong in ((), (1.5,), (box / "x", "mode"), (b"\0",), (box / "x", 0, 0, 0)):
            for make in (os.mkfifo, os.mknod):
                with pytest.raises((TypeError, ValueError, Violation)):
                    make(*wrong)
        with pytest.raises((TypeError, Violation)):
            os.mkfifo(**{Key("path"): box.parent / "x", Key("mod"): 1})
    assert list(box.parent.iterdir()) == [box] and list(box.iterdir()) == []


def test_names_of_arguments_that_are_no_plain_text_make_nothing_outside(box):
    class Key(str):
        __slots__ = ()

    with sandbox(Policy(create=[box])), pytest.raises((TypeError, Violation)):
        os.mkfifo(**{Key("path"): box.parent / "x"})
    assert list(box.parent.iterdir()) == [box]


@pytest.mark.skipif(os.geteuid() != 0, reason="devices are made by root")
@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK])
def test_a_device_needs_more_than_a_place(box, kind):
    with sandbox(Policy(create=[box])):
        with pytest.raises(Violation) as caught:
            os.mknod(box / "device", kind | 0o600, NULL)
    assert caught.value.right == "native" and not (box / "device").exists()
    with sandbox(Policy(create=[box], native=True)):
        try:
            os.mknod(box / "device", kind | 0o600, NULL)
        except Violation:
            raise
        except PermissionError:
            pytest.skip("this container makes none")
    assert os.lstat(box / "device").st_rdev == NULL


@pytest.mark.parametrize("make", [os.mkfifo, os.mknod])
def test_a_path_that_ends_the_last_scope_is_read_once(box, make):
    handle = sandbox(Policy(create=[box])).start()

    class Ends:
        def __fspath__(self):
            handle.stop()
            gc.collect(0)
            return str(box / "new")

    make(Ends())
    assert (box / "new").exists()


WHO_AND_WHAT = {
    "os.setuid": lambda: os.setuid(os.getuid()),
    "os.setgid": lambda: os.setgid(os.getgid()),
    "os.seteuid": lambda: os.seteuid(os.geteuid()),
    "os.setresuid": lambda: os.setresuid(-1, -1, -1),
    "os.setregid": lambda: os.setregid(-1, -1),
    "os.setgroups": lambda: os.setgroups(os.getgroups()),
    "os.chroot": lambda: os.chroot("/"),
    "time.clock_settime": lambda: time.clock_settime(time.CLOCK_MONOTONIC, 0),
}


@pytest.mark.parametrize("act", WHO_AND_WHAT)
def test_who_the_process_is_is_changed_by_right_only(act):
    with sandbox(Policy(read=True, write=True, limits=True)), pytest.raises(Violation) as caught:
        WHO_AND_WHAT[act]()
    assert caught.value.right == "native" and caught.value.event == act
    with sandbox(Policy(native=True)):
        try:
            WHO_AND_WHAT[act]()
        except Violation:
            raise
        except OSError:
            pass  # what the system says to this user


@pytest.mark.skipif(not hasattr(signal, "pidfd_send_signal"), reason="Linux")
def test_signals_are_sent_by_right_only():
    number = os.pidfd_open(os.getpid())
    try:
        with sandbox(Policy()):
            for send in (lambda: signal.raise_signal(0), lambda: signal.pidfd_send_signal(number, 0)):
                with pytest.raises(Violation) as caught:
                    send()
                assert caught.value.right == "signal"
        with sandbox(Policy(signal=True)):
            signal.raise_signal(0)
            signal.pidfd_send_signal(number, 0)
    finally:
        os.close(number)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_who_listens_without_an_address_listens_on_all(family):
    with sandbox(Policy(listen=["127.0.0.1:*", "[::1]:*"], socket=True)) as box, socket.socket(family) as made:
        with pytest.raises(Violation) as caught:
            made.listen()
        assert made.getsockname()[1] == 0
    assert caught.value.right == "listen" and caught.value.event == "socket.listen" and len(box.violations) == 1
    with sandbox(Policy(listen=["*:*"])), socket.socket(family) as made:
        made.listen()
        assert made.getsockname()[1] != 0


def test_a_class_cannot_hide_that_it_was_never_bound():
    class Liar(socket.socket):
        def fileno(self):
            return -1

        def getsockname(self):
            return ("127.0.0.1", 1)

    with sandbox(Policy(socket=True)), Liar() as made, pytest.raises(Violation):
        made.listen()


def test_a_connection_that_failed_leaves_nothing_to_listen_on():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with sandbox(Policy(connect=[f"127.0.0.1:{port}"])), socket.socket() as made:
        with pytest.raises(ConnectionRefusedError):
            made.connect(("127.0.0.1", port))
        with pytest.raises(Violation):
            made.listen()


@pytest.mark.parametrize("kind", [socket.SOCK_RAW, socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_socket_of_no_family_is_one_of_the_internet(kind):
    with sandbox(Policy()), pytest.raises(Violation) as caught:
        socket.SocketType(-1, kind, socket.IPPROTO_TCP)
    assert caught.value.right == "socket"


def test_what_was_bound_or_never_could_be_is_left_alone(tmp_path):
    path = str(tmp_path.resolve() / "s")
    with sandbox(Policy(listen=["127.0.0.1:*", f"unix:{path}"])):
        with socket.socket() as made:
            made.bind(("127.0.0.1", 0))
            made.listen()
            with pytest.raises(TypeError):
                made.listen("many")
        with pytest.raises(OSError, match="Bad file"):
            made.listen()
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path)
            made.listen(1)
