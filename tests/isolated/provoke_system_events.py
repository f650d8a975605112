"""Files, sockets and commands under a recording hook."""

import os
import tempfile

from recording import act, main


@act
def files():
    with open("a", "w") as file:
        file.write("x")
    for mode in ("r", "rb", "a", "r+", "w+b", "a+"):
        open("a", mode).close()
    open("new", "x").close()
    descriptor = os.open("a", os.O_RDWR | os.O_CREAT, 0o600)
    os.truncate(descriptor, 1)
    os.fchmod(descriptor, 0o600)
    os.utime(descriptor)
    os.fchown(descriptor, -1, -1)
    open(descriptor, "rb", closefd=False).close()
    os.close(descriptor)
    os.truncate("a", 0)
    os.chmod("a", 0o644)
    os.chown("a", os.getuid(), -1)
    os.lchown("a", -1, -1)
    os.utime("a", (1, 2))
    os.mkdir("d")
    os.makedirs("d/e/f", exist_ok=True)
    os.rename("new", "newer")
    os.replace("newer", b"d/newest")
    os.link("a", "hard")
    os.symlink("a", "soft")
    os.symlink("../a", "d/soft")
    os.utime("soft", follow_symlinks=False)
    os.remove("hard")
    os.unlink("soft")
    os.listdir()
    os.listdir(b"d")
    list(os.scandir())
    os.rmdir("d/e/f")
    here = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    os.listdir(here)
    os.mkdir("by", dir_fd=here)
    os.rename("by", "by2", src_dir_fd=here, dst_dir_fd=here)
    os.rmdir("by2", dir_fd=here)
    os.symlink("a", "s", dir_fd=here)
    os.unlink("s", dir_fd=here)
    os.chdir(here)
    os.fchdir(here)
    os.close(here)
    os.chdir("d")
    os.chdir("..")


@act
def attributes():
    os.listxattr("a")
    os.listxattr()
    for call in (
        lambda: os.setxattr("a", "user.x", b"v"),
        lambda: os.getxattr("a", "user.x"),
        lambda: os.removexattr("a", b"user.x"),
    ):
        try:
            call()
        except OSError:
            pass


@act
def special_files():
    os.close(os.open("/dev/null", os.O_RDWR))
    os.urandom(1)
    open("/proc/self/stat").close()
    try:
        os.close(os.open(".", os.O_TMPFILE | os.O_RDWR))
    except OSError:
        pass
    os.close(os.open("a", os.O_PATH))


@act
def trees():
    import glob
    import pathlib
    import shutil

    os.makedirs("t/u")
    pathlib.Path("t/u/f").touch()
    pathlib.Path("t/u/f").write_text("x")
    shutil.copyfile("t/u/f", "t/g")
    shutil.copy2(pathlib.Path("t/u/f"), "t/h")
    shutil.copymode("t/u/f", "t/h")
    shutil.copystat("t/u/f", "t/h")
    shutil.copytree("t", "t2")
    shutil.move("t2", "t3")
    shutil.make_archive("archive", "tar", "t3")
    shutil.unpack_archive("archive.tar", "t4")
    shutil.chown("t/g", os.getuid())
    shutil.rmtree("t3")
    glob.glob("**/*", recursive=True)
    list(pathlib.Path(".").glob("*"))
    list(pathlib.Path(".").rglob("*"))
    list(os.walk("."))
    list(os.fwalk("."))
    if hasattr(pathlib.Path, "walk"):
        list(pathlib.Path(".").walk())
    with tempfile.TemporaryFile(), tempfile.NamedTemporaryFile(), tempfile.TemporaryDirectory():
        pass


@act
def descriptors():
    import fcntl
    import mmap
    import termios

    with open("a", "r+b") as file:
        fcntl.fcntl(file, fcntl.F_GETFD)
        fcntl.flock(file, fcntl.LOCK_UN)
        fcntl.lockf(file, fcntl.LOCK_UN)
        os.lockf(file.fileno(), os.F_TEST, 0)
        try:
            fcntl.ioctl(file, termios.FIONREAD, b"\0" * 8)
        except OSError:
            pass
        file.write(b"x")
        file.flush()
        mmap.mmap(file.fileno(), 1).close()
    mmap.mmap(-1, 10).close()


@act
def sockets():
    import socket

    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            server = socket.create_server((host, 0), family=family)
        except OSError:
            continue
        client = socket.create_connection(server.getsockname()[:2])
        peer, _ = server.accept()
        client.sendmsg([b"x"])
        for one in (server, client, peer):
            one.close()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    udp.bind(("", 0))
    udp.sendto(b"x", ("127.0.0.1", udp.getsockname()[1]))
    udp.sendmsg([b"x"], [], 0, ("127.0.0.1", udp.getsockname()[1]))
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    socket.socket(fileno=udp.detach()).close()
    for address in ("u.sock", b"v.sock", bytearray(b"w.sock"), b"\0fastaudit-%d" % os.getpid()):
        with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
            server.bind(address)
            server.listen()
            client.connect(address)
    for one in socket.socketpair():
        one.close()
    try:
        socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()
    except OSError:
        pass
    socket.getaddrinfo("127.0.0.1", 80)
    socket.getaddrinfo(None, "80", type=socket.SOCK_STREAM)
    socket.getaddrinfo(b"127.0.0.1", b"80")
    socket.gethostbyname("127.0.0.1")
    socket.gethostname()
    socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    for call in (
        lambda: socket.getservbyname("http"),
        lambda: socket.getservbyport(80),
        lambda: socket.gethostbyaddr("127.0.0.1"),
        lambda: socket.sethostname(b""),
    ):
        try:
            call()
        except OSError:
            pass


@act
def clients():
    import ftplib
    import http.client
    import imaplib
    import poplib
    import smtplib
    import urllib.request

    for call in (
        lambda: http.client.HTTPConnection("127.0.0.1", 1).request("GET", "/"),
        lambda: urllib.request.urlopen("http://127.0.0.1:1/"),
        lambda: ftplib.FTP().connect("127.0.0.1", 1),
        lambda: imaplib.IMAP4("127.0.0.1", 1),
        lambda: poplib.POP3("127.0.0.1", 1),
        lambda: smtplib.SMTP("127.0.0.1", 1),
    ):
        try:
            call()
        except OSError:
            pass


@act
def logs():
    import syslog

    syslog.openlog("fastaudit-test")
    syslog.syslog(syslog.LOG_DEBUG, "a test of fastaudit")
    syslog.setlogmask(0xFF)
    syslog.closelog()


@act
def commands():
    import pathlib
    import pty
    import shutil
    import signal
    import subprocess

    true = shutil.which("true")
    subprocess.run(["true"], check=True)
    subprocess.run([true], check=True, close_fds=False)
    subprocess.run("true", shell=True, check=True)
    subprocess.run([pathlib.Path(true)], check=True)
    subprocess.run([b"true"], env=os.environ, check=True)
    subprocess.run(["true"], env={"A": "b"}, cwd="/", check=True)
    os.system("true")
    os.system(b"true")
    os.waitpid(os.posix_spawn(true, ["true"], {"A": "b"}), 0)
    os.waitpid(os.posix_spawnp("true", ("true",), {b"A": b"b", "PATH": os.environ["PATH"]}), 0)
    os.spawnv(os.P_WAIT, true, ["true"])
    child = os.fork()
    if child == 0:
        try:
            os.execvp("true", ["true"])
        finally:
            os._exit(1)
    os.waitpid(child, 0)
    pty.spawn(["true"], lambda fd: b"")
    sleeper = subprocess.Popen(["sleep", "60"], start_new_session=True)
    os.kill(sleeper.pid, 0)
    os.killpg(sleeper.pid, signal.SIGTERM)
    sleeper.wait()


@act
def limits():
    import resource
    import signal
    import threading

    resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE))
    resource.prlimit(0, resource.RLIMIT_CORE)
    signal.pthread_kill(threading.get_ident(), 0)
    os.putenv("FASTAUDIT_A", "1")
    os.environ["FASTAUDIT_B"] = "é"
    del os.environ["FASTAUDIT_B"]
    os.unsetenv(b"FASTAUDIT_A")


if __name__ == "__main__":
    main()
