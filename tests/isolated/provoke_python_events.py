"""Code, threads, modules and what looks into Python, under a recording hook."""

import os
import sys

from recording import act, main


@act
def threads():
    import _thread
    import threading

    lock = threading.Lock()
    lock.acquire()
    _thread.start_new_thread(lock.release, ())
    with lock:
        pass
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


@act
def tasks():
    import asyncio

    async def body():
        await asyncio.to_thread(int)
        await asyncio.sleep(0)
        process = await asyncio.create_subprocess_exec("true")
        await process.wait()

    asyncio.run(body())


@act
def native():
    import ctypes

    library = ctypes.CDLL(None)
    library.getpid()
    ctypes.PyDLL(None)
    buffer = ctypes.create_string_buffer(b"abc", 10)
    ctypes.create_unicode_buffer("a")
    ctypes.addressof(buffer)
    ctypes.string_at(buffer, 2)
    ctypes.wstring_at(ctypes.create_unicode_buffer("a"), 1)
    ctypes.c_int.from_address(ctypes.addressof(ctypes.c_int(1)))
    (ctypes.c_char * 3).from_buffer(bytearray(3))
    ctypes.get_errno()
    ctypes.set_errno(0)
    ctypes.memmove(buffer, b"x", 1)
    ctypes.c_int.in_dll(library, "optind") if hasattr(library, "optind") else None


@act
def databases():
    import sqlite3

    for database, options in (
        (":memory:", {}),
        ("", {}),
        ("db", {}),
        ("file:db?mode=ro", {"uri": True}),
        (b"db", {}),
        (f"file:{os.getcwd()}/db?mode=ro&immutable=1", {"uri": True}),
    ):
        sqlite3.connect(database, **options).close()


@act
def code():
    import code as code_module
    import collections
    import copy
    import dataclasses
    import doctest
    import inspect
    import logging
    import marshal
    import pickle
    import traceback
    import types
    import typing

    exec("x = 1", {})
    eval(compile("1", "<test>", "eval"))
    compile("1", "<test>", "eval", dont_inherit=True)
    import ast

    ast.literal_eval("[1]")
    eval(compile(ast.parse("1", mode="eval"), "<test>", "eval"))
    code_module.compile_command("1")
    collections.namedtuple("N", "a b", defaults=(1,))

    class Named(typing.NamedTuple):
        a: int = 1

    dataclasses.make_dataclass("D", ["a"])

    @types.coroutine
    def step():
        yield

    def function(a=1, *, b=2):
        return a

    function.__defaults__ = (2,)
    function.__kwdefaults__ = {"b": 3}
    del function.__defaults__, function.__kwdefaults__
    function.__code__ = (lambda: None).__code__
    function.__name__ = "other"
    types.FunctionType(function.__code__, {})
    Named.__name__ = "Other"
    inspect.getsource(inspect)
    logging.getLogger("fastaudit.test").setLevel(logging.ERROR)
    logging.getLogger("fastaudit.test").warning("x")
    copy.deepcopy([1, [2]])
    marshal.loads(marshal.dumps(1))
    pickle.loads(pickle.dumps(os.getpid))
    doctest.run_docstring_examples(">>> 1\n1", {})
    try:
        raise ValueError
    except ValueError:
        traceback.format_exc()
    generator = (one for one in ())
    inspect.getgeneratorlocals(generator)
    str(generator.gi_code)


@act
def introspection():
    import array
    import cProfile
    import gc
    import io
    import pdb
    import time

    gc.get_objects()
    gc.get_referrers(gc)
    gc.get_referents(gc)
    sys._getframe()
    sys._current_frames()
    sys._current_exceptions()
    if hasattr(sys, "_getframemodulename"):
        sys._getframemodulename()
    sys.settrace(None)
    sys.setprofile(None)
    cProfile.Profile().runcall(int)
    pdb.Pdb(stdin=io.StringIO(), stdout=io.StringIO())
    id(1)
    array.array("i", [1])
    time.sleep(0)
    sys.breakpointhook, old = int, sys.breakpointhook
    breakpoint()
    sys.breakpointhook = old
    sys.stdin, old = io.StringIO("x\n"), sys.stdin
    input()
    sys.stdin = old
    sys.addaudithook(lambda name, args: None)

    class Loud:
        def __del__(self):
            raise ValueError

    sys.unraisablehook, old = (lambda unraisable: None), sys.unraisablehook
    Loud()
    sys.unraisablehook = old


@act
def modules():
    import importlib

    for name in ("_bisect", "_heapq", "colorsys", "sndhdr", "telnetlib", "nntplib", "xxlimited", "no_such_module"):
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    import this_module_does_not_exist  # noqa: F401


if __name__ == "__main__":
    main()
