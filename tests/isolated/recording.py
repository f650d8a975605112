"""Runs functions under a hook that records; prints what the core makes of the events, as JSON."""

import json
import os
import sys
import tempfile

from fastaudit import _core

ACTS = []


def act(function):
    """Have this function run by main(), in the order of definition."""
    ACTS.append(function)
    return function


def main():
    """Run every act in a new folder. The last line printed is the result."""
    seen, unknown, broken, failures = set(), set(), [], []

    def hook(name, args):
        shown = _core.unpack(name, args)
        seen.add(name)
        if not shown["known"]:
            unknown.add(name)
        if shown["shape"] == "broken":
            broken.append([name, repr(args)[:300]])

    os.chdir(tempfile.mkdtemp())
    sys.addaudithook(hook)
    for function in ACTS:
        try:
            function()
        except ModuleNotFoundError:
            pass
        except Exception as error:
            failures.append(f"{function.__name__}: {error!r}")
    result = {"seen": sorted(seen), "unknown": sorted(unknown), "broken": broken, "failures": failures}
    print("\n" + json.dumps(result))
