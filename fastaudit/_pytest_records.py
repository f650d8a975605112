"""What the sandboxes of a test run refused: put on reports, gathered, told at the end."""

from __future__ import annotations

import ast
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    import pytest

    from ._core import Violation

    Record = dict[str, Any]  # plain values: xdist sends them

SHOWN = 20  # refusals listed one by one; the rest as a number, unless -v


def record(violation: Violation) -> Record:
    """Give a violation as plain values."""
    values: Record = json.loads(violation.json())
    return values


def annotate(item: pytest.Item, report: pytest.TestReport) -> None:
    """Put on the last report of a test what its sandbox refused."""
    from ._pytest_held import held_once

    if report.when != "teardown":
        return
    held = held_once(item)
    refused = held.refused() if held is not None else []
    if held is not None and refused:
        values: Record = {
            "test": item.nodeid,
            "mode": held.plan.mode,
            "expected": not held.plan.strict and held.passed,
            "refused": [record(violation) for violation in refused],
            "dropped": held.told.dropped,
        }
        vars(report)["sandbox"] = values


class Records:
    """A plugin that gathers what reports tell; under xdist, in the process that started the others."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._tests: list[Record] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        values = vars(report).get("sandbox")
        if values:
            self._tests.append(values)

    def pytest_sessionfinish(self) -> None:
        """Write the report for other programs."""
        place = self._config.getoption("sandbox_report")
        if place and not hasattr(self._config, "workerinput"):
            text = json.dumps({"tests": sorted(self._tests, key=lambda test: str(test["test"]))}, indent=1)
            (self._config.invocation_params.dir / place).write_text(text + "\n", encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell people: what was refused, where, and what to paste to allow it."""
        everything = self._config.get_verbosity() > 0
        told = [test for test in self._tests if everything or not test["expected"]]
        hidden = [test for test in self._tests if test not in told]
        if not self._tests:
            return
        say = terminalreporter.write_line
        terminalreporter.section(_headline(told or hidden))
        groups: dict[tuple[str, ...], list[str]] = {}
        for test in told:
            for violation in test["refused"]:
                tests = groups.setdefault(tuple(explain(violation, self._config.invocation_params.dir)), [])
                if test["test"] not in tests:
                    tests.append(test["test"])
        before = ""
        for lines, tests in list(groups.items())[: None if everything else SHOWN]:
            where = f"{tests[0]}{f' and {len(tests) - 1} more' if len(tests) > 1 else ''}"
            for line in lines if where == before else (where, *lines):
                say(line)
            before = where
        if len(groups) > SHOWN and not everything:
            say(f"and {len(groups) - SHOWN} more (-v lists them)")
        if told and hidden:
            say(f"and {_count(hidden)} in tests that allow for it (strict=False; -v lists them)")
        paste = together(violation["suggestion"] for test in told for violation in test["refused"])
        if len(groups) > 1 and paste:
            say(f"to allow all that can be granted: {paste}")


def explain(values: Record, beside: os.PathLike[str] | None = None) -> list[str]:
    """Give a few lines for people; places are told relative to a folder."""
    target = f" {values['target']}" if values["target"] else ""
    why = f"{values['reason']}, rule {values['rule']}" if values["rule"] else values["reason"]
    lines = [f"  what    {values['right']}{target} ({values['event']}): {why}"]
    if values["location"]:
        file, line, function = (values["location"][key] for key in ("file", "line", "function"))
        if beside is not None and file.startswith(os.path.join(beside, "")):
            file = os.path.relpath(file, beside)
        lines.append(f"  where   {file}:{line} in {function}")
    if values["suggestion"]:
        lines.append(f"  allow   {values['suggestion']}")
    return lines


def together(suggestions: Iterable[str | None]) -> str:
    """Join suggested keywords into those of one policy; what is no keyword is left out."""
    joined: dict[str, Any] = {}
    for text in dict.fromkeys(suggestions):
        for keyword, value in _keywords(text).items():
            before = joined.get(keyword)
            if value is True or before is True:
                joined[keyword] = True
            elif isinstance(value, list):
                joined[keyword] = [*(before or []), *(entry for entry in value if entry not in (before or []))]
    return ", ".join(f"{keyword}={value!r}" for keyword, value in joined.items())


def _keywords(text: str | None) -> dict[str, Any]:
    try:
        call = ast.parse(f"f({text})", mode="eval").body
        if not isinstance(call, ast.Call) or call.args:
            return {}
        return {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return {}  # a sentence for people, like which rule to remove


def _headline(tests: list[Record]) -> str:
    modes = {test["mode"] for test in tests}
    verb = (
        "would have been refused"
        if modes == {"warn"}
        else "refused"
        if "warn" not in modes
        else "refused, or would have been"
    )
    return f"sandbox: {_count(tests)} {verb}"


def _count(tests: list[Record]) -> str:
    number = sum(len(test["refused"]) + test["dropped"] for test in tests)
    return f"{number} operation{'s' if number != 1 else ''}"
