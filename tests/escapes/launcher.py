"""One interpreter that runs techniques: for each a fork without a sandbox and a fork inside one, judged from here.

Reads names of technique files, a line each; answers with one line of JSON.
"""

import asyncio
import concurrent.futures
import contextlib
import importlib.util
import inspect
import json
import multiprocessing.pool
import os
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import ClassVar

from judge import listens, process_state, snapshot
from technique import Technique
from world import World

import fastaudit
from fastaudit import Deny, Policy, sandbox

SECONDS = 30
SECRET = b"the secret of the host"
PRELOADED = (asyncio, concurrent.futures, multiprocessing.pool, sqlite3)


def load(file):
    spec = importlib.util.spec_from_file_location("technique_under_test", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def enter(world, manager, guest):
    """Hold the guest as hosts do, unless the technique has a host of its own."""
    with manager:
        guest(world)


def policy_of(technique, world):
    default = Policy(name="guest", read=[world.box], write=[world.box])
    names = {"Policy": Policy, "Deny": Deny, "default": default, "box": world.box, "outside": world.outside}
    return eval(technique.data.get("policy", "default"), names)


def host_works(world):
    """Do what a host does: files, modules, threads, loops, programs; and hold a guest."""
    assert fastaudit.current() is None, "a scope is still in force"
    (world.outside / "of the host").write_text("x")
    assert (world.outside / "of the host").read_text() == "x"
    assert os.listdir(os.path.dirname(os.__file__))
    for name in ("colorsys", "sched"):
        sys.modules.pop(name, None)
        __import__(name)
    worker = threading.Thread(target=(world.outside / "of a thread").write_text, args=("x",))
    worker.start()
    worker.join()
    assert (world.outside / "of a thread").exists()

    async def main():
        return await asyncio.to_thread((world.outside / "of a task").write_text, "x")

    assert asyncio.run(main()) == 1
    assert subprocess.run(["true"]).returncode == 0
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
    with sandbox(Policy()) as box:
        try:
            open(world.outside / "of a guest", "w").close()
        except PermissionError:
            pass
        else:
            raise AssertionError("a new scope holds nothing")
    assert [violation.right for violation in box.violations] == ["create"]


def join_threads():
    end = time.monotonic() + 10
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0, end - time.monotonic()))


def noted(function, note):
    """Give a function of the same kind that calls *note* when the body begins."""
    if inspect.iscoroutinefunction(function):

        async def body(*args):
            note()
            return await function(*args)

    elif inspect.isasyncgenfunction(function):

        async def body(*args):
            note()
            async for value in function(*args):
                yield value

    else:

        def body(*args):
            note()
            return function(*args)

    return body


def run(technique, world, inside, tell, paused):
    """Run the technique in this process, which was forked for it."""
    told = {"raised": None, "violations": []}
    module = load(technique.file)
    host, leave = getattr(module, "host", None), getattr(module, "after", None)
    if host:
        host(world)
    # The judge looks at this process while it waits here, and again when the technique has been at work.
    os.write(tell, b"0\n")
    os.read(paused, 1)
    manager = sandbox(policy_of(technique, world)) if inside else contextlib.nullcontext()
    boxes = []

    def note():
        boxes.append(fastaudit.current())

    guest = noted(module.guest, note)
    try:
        getattr(module, "enter", enter)(world, manager, guest)
    except BaseException:
        told["raised"] = traceback.format_exc()
    if leave:
        leave(world)
    join_threads()
    if inside and boxes and boxes[0] is not None:
        told["violations"] = [f"{violation.right}: {violation.event}" for violation in boxes[0].violations]
    os.write(tell, json.dumps(told).encode() + b"\n")
    os.read(paused, 1)
    problem = ""
    if inside:
        try:
            host_works(world)
        except BaseException:
            problem = traceback.format_exc()
    os.write(tell, json.dumps(problem).encode() + b"\n")


def child(technique, world, inside, tell, paused):
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)
    status = 1
    try:
        run(technique, world, inside, tell, paused)
        status = 0
    except BaseException:
        os.write(tell, json.dumps({"broken": traceback.format_exc()}).encode() + b"\n")
    finally:
        os._exit(status)


class Run:
    """One fork: the world it was given, and what came of it."""

    living: ClassVar[list] = []

    def __init__(self, technique, inside):
        self.technique = technique
        self.folder = Path(tempfile.mkdtemp(prefix="escape-")).resolve()
        box, self.outside = self.folder / "box", self.folder / "outside"
        box.mkdir()
        self.outside.mkdir()
        (self.outside / "canary").write_text("alive")
        (self.outside / "secret").write_bytes(SECRET + b"\n")
        (self.outside / "folder").mkdir()
        self.tcp, self.udp = socket.create_server(("127.0.0.1", 0)), socket.socket(type=socket.SOCK_DGRAM)
        port = self.tcp.getsockname()[1]
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(str(self.folder / "unix"))
        self.unix.listen()
        self.listeners = [self.tcp, self.udp, self.unix]
        try:
            self.udp.bind(("127.0.0.1", port))
        except OSError:  # somebody else's: what a technique sends goes astray, and its bare run says so
            self.udp.bind(("127.0.0.1", 0))
        self.box = box
        self.told, tell = os.pipe()
        paused, self.go = os.pipe()
        self.buffer = b""
        self.pid = os.fork()
        if self.pid == 0:
            for other in [*self.living, self]:
                other.let_go()
            child(technique, World(box, self.outside, port, self.folder / "unix"), inside, tell, paused)
        self.living.append(self)
        os.close(tell)
        os.close(paused)

    def let_go(self):
        """Close this process's ends: of the pipes, and of what listens."""
        for descriptor in (self.told, self.go):
            os.close(descriptor)
        for listener in self.listeners:
            listener.close()

    def begin(self):
        """Let the technique work, once the host has prepared what it wants."""
        self.broken = self.hear()
        self.before, self.state = snapshot(self.outside), None
        if self.broken == 0:
            self.broken, self.state = None, process_state(self.pid)
            os.write(self.go, b"x")

    def hear(self):
        """Hear one line of the child; None if it ended, or said nothing in time."""
        end = time.monotonic() + SECONDS
        while b"\n" not in self.buffer:
            if not select.select([self.told], [], [], max(0, end - time.monotonic()))[0]:
                return None
            data = os.read(self.told, 65536)
            if not data:
                return None
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        return json.loads(line)

    def harmed(self, told):
        """Judge, from outside, whether the technique did its harm. The child waits, or has died."""
        kind = self.technique.harm
        if kind == "files":
            return snapshot(self.outside) != self.before
        if kind == "child":
            return (self.outside / "mark").exists()
        if kind == "secret":
            return any(SECRET in file.read_bytes() for file in self.box.rglob("*") if file.is_file())
        if kind == "network":
            return bool(select.select(self.listeners, [], [], 0)[0])
        if kind == "listen":
            return listens(self.pid)
        if kind == "process":
            return process_state(self.pid) != self.state
        return told is None

    def end(self):
        """Wait for the child for a moment longer, then end it and whatever it left behind."""
        status = None
        for _ in range(1000):
            if (ended := os.waitpid(self.pid, os.WNOHANG))[0]:
                status = os.waitstatus_to_exitcode(ended[1])
                break
            time.sleep(0.001)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        if status is None:
            status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return status

    def finish(self):
        told = self.broken or self.hear()
        answer = {"harmed": self.harmed(told), "told": told, "host": None}
        if told is not None and "broken" not in told:
            os.write(self.go, b"x")
            answer["host"] = self.hear()
            self.hear()  # until it has ended
        self.living.remove(self)
        self.let_go()
        answer["status"] = self.end()
        shutil.rmtree(self.folder, ignore_errors=True)
        return answer


def main():
    for line in sys.stdin:
        technique = Technique(line.strip())
        runs = [Run(technique, inside) for inside in (False, True)]
        for one in runs:
            one.begin()
        print(json.dumps([one.finish() for one in runs]), flush=True)


if __name__ == "__main__":
    main()
