"""Refuse something in an interpreter that has not imported the package, and show it there and here."""

import json

try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

import fastaudit

ELSEWHERE = """
import json
try:
    open("/etc/motd", "w")
except Exception as error:
    print(json.dumps([type(error).__qualname__, type(error).__module__, error.errno, error.strerror,
                      error.filename]))
"""

elsewhere = interpreters.create()
box = fastaudit.install(fastaudit.Policy(name="floor", allow=["interpreters"]))
interpreters.run_string(elsewhere, ELSEWHERE)
violation = box.violations[0]
print(json.dumps([type(violation).__qualname__, violation.strerror, violation.json()]))
