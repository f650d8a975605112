"""Run a program as CPython's command line does: a script, module or code, in a fresh ``__main__``."""

from __future__ import annotations

import builtins
import importlib.machinery
import importlib.util
import io
import linecache
import marshal
import os
import pkgutil
import runpy
import sys
import textwrap
import tokenize  # noqa: F401  loaded now because printing a traceback needs it: see Program
import traceback  # noqa: F401  as tokenize
from types import CodeType, ModuleType, TracebackType


class CannotStart(Exception):
    """The program could not even be read; the message is what CPython would print."""


class Program:
    """
    A program that is ready to run.

    Making one does everything that has to happen before the process is held: it reads the script,
    sets ``sys.argv`` and ``sys.path[0]``, and loads what running and printing a traceback need.

    Args:
        kind: ``"script"``, ``"module"`` or ``"code"``.
        target: The path of the script (or of a folder or archive with a ``__main__``), the
            module's name, or the code.
        args: The program's own arguments, passed on unread.

    Raises:
        CannotStart: If the script cannot be read.
    """

    def __init__(self, kind: str, target: str, args: list[str]) -> None:
        self.kind = kind
        self.target = target
        self.file: str | None = None
        self._source: bytes = b""
        self._is_container = False

        if kind == "script":
            self.file = os.path.abspath(target)
            self._is_container = pkgutil.get_importer(self.file) is not None
            if not self._is_container:
                self._source = _read_script(self.file)
            folder = self.file if self._is_container else os.path.dirname(os.path.realpath(self.file))
            sys.argv = [target, *args]
        elif kind == "module":
            folder = os.getcwd()
            sys.argv = ["-m", *args]
        else:
            folder = ""
            sys.argv = ["-c", *args]

        if not sys.flags.safe_path:  # with -P there is no entry of ours to replace
            sys.path[0] = folder
        elif self._is_container:
            sys.path.insert(0, folder)

    @property
    def files(self) -> list[str]:
        """What a program must be able to read of itself: the script, for its own tracebacks."""
        return [] if self.file is None or self._is_container else [self.file]

    def run(self) -> BaseException | None:
        """
        Run the program to its end.

        Returns:
            The exception that ended it, its traceback beginning in the program itself, or ``None``.
            ``SystemExit`` is returned like any other.
        """
        main = _fresh_main()
        try:
            if self.kind == "module":
                runpy._run_module_as_main(self.target)  # type: ignore[attr-defined]
            elif self._is_container:
                runpy._run_module_as_main("__main__", False)  # type: ignore[attr-defined]
            elif self.kind == "code":
                exec(_code_of_option(self.target), main.__dict__)
            else:
                assert self.file is not None
                loader = importlib.machinery.SourceFileLoader("__main__", self.file)
                main.__dict__.update(__file__=self.file, __loader__=loader)
                if sys.version_info < (3, 15):
                    main.__dict__["__cached__"] = None
                exec(_code_of_script(self.file, self._source), main.__dict__)
        except BaseException as error:
            return error.with_traceback(_without_own_frames(error.__traceback__))
        return None


def _read_script(file: str) -> bytes:
    try:
        with io.open_code(file) as script:
            return script.read()
    except OSError as error:
        raise CannotStart(f"can't open file {file!r}: [Errno {error.errno}] {error.strerror}") from None


def _code_of_script(file: str, source: bytes) -> CodeType:
    if file.endswith((".pyc", ".pyo")):
        if source[:4] != importlib.util.MAGIC_NUMBER:
            raise RuntimeError("Bad magic number in .pyc file")
        code: CodeType = marshal.loads(source[16:])
        return code
    return compile(source, file, "exec", dont_inherit=True)


def _code_of_option(code: str) -> CodeType:
    if sys.version_info >= (3, 14):  # from then on, -c takes indented code
        code = textwrap.dedent(code)
    if sys.version_info >= (3, 13):  # from then on, tracebacks show the lines of -c
        linecache.cache["<string>"] = (len(code), None, code.splitlines(keepends=True), "<string>")
    return compile(code, "<string>", "exec", dont_inherit=True)


def _fresh_main() -> ModuleType:
    """Put a new ``__main__`` in place, with the names that CPython's own begins with."""
    main = ModuleType("__main__")
    main.__dict__.update(__builtins__=builtins, __loader__=importlib.machinery.BuiltinImporter)
    if sys.version_info < (3, 14):
        main.__annotations__ = {}
    sys.modules["__main__"] = main
    return main


def _without_own_frames(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace
