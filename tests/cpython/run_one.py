"""
Runs tests of CPython's suite in one way, and writes a line for each: python run_one.py WAY FILE WITHOUT NAME ...

WITHOUT is a file that lists, as JSON, tests that are left out. A name is that of a module (`test_io`) or of a test
(`test.test_io.CIOTest.test_array_writes`). Nothing but the tests themselves runs in the sandbox's way: they are loaded there,
too. The libraries whose pools and loops are held were imported before, as hosts import them: a scope leaves what is imported
inside of it as it is.
"""

import asyncio  # noqa: F401
import contextlib
import contextvars
import json
import multiprocessing.pool  # noqa: F401
import os
import pathlib
import sys
import unittest


class Lines(unittest.TestResult):
    """Writes what came of each test when it has ended, so that a crash leaves what was before it."""

    def __init__(self, file):
        super().__init__()
        self.file = file
        self.outcomes = {}

    def note(self, test, outcome, words=""):
        name = test.id()
        before = self.outcomes.get(name)
        if before is None or before[0] in ("ok", "skipped"):
            self.outcomes[name] = (outcome, words)
        os.write(self.file, json.dumps([name, *self.outcomes[name]]).encode() + b"\n")

    def startTest(self, test):
        super().startTest(test)
        os.write(self.file, json.dumps([test.id(), "did not end", ""]).encode() + b"\n")

    def words(self, error):
        return self._exc_info_to_string(error, unittest.FunctionTestCase(id))[-2000:]

    def addSuccess(self, test):
        self.note(test, "ok")

    def addError(self, test, err):
        self.note(test, "error", self.words(err))

    def addFailure(self, test, err):
        self.note(test, "failed", self.words(err))

    def addSkip(self, test, reason):
        self.note(getattr(test, "test_case", test), "skipped", reason)  # of which it may be a part

    def addExpectedFailure(self, test, err):
        self.note(test, "ok")

    def addUnexpectedSuccess(self, test):
        self.note(test, "failed", "succeeded")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.note(test, "failed", self.words(err))


def sandboxed(way):
    if way == "bare":
        return contextlib.nullcontext()
    from fastaudit import Policy, sandbox

    if way == "alive":
        another = contextvars.Context()
        another.run(sandbox(Policy()).start)
        return contextlib.nullcontext(another)  # which keeps the scope alive
    everything = Policy.unrestricted()
    return sandbox(everything if way == "unrestricted" else everything.replace(read=["/"], write=["/"]))


def those_but(suite, left_out):
    """Give the tests of a suite, in their order, without some."""
    kept = unittest.TestSuite()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.addTest(those_but(test, left_out))
        elif test.id() not in left_out:
            kept.addTest(test)
    return kept


def main():
    way, file, without, *names = sys.argv[1:]
    left_out = set(json.loads(pathlib.Path(without).read_text()))
    number = os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 500, inheritable=False)
    sys.argv[1:] = []
    manager = sandboxed(way)
    from test import support
    from test.support import os_helper

    support.use_resources = []  # as `python -m test` without -u
    with os_helper.temp_cwd(), manager:
        found = [name if name.startswith("test.") else f"test.{name}" for name in names]
        suite = unittest.defaultTestLoader.loadTestsFromNames(found)
        if left_out:
            suite = those_but(suite, left_out)  # and let go of the other one: it would keep every test that has run
        suite.run(Lines(number))


if __name__ == "__main__":
    main()
