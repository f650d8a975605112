"""The errors that the package raises about itself. Refused operations raise Violation, a C type."""

from __future__ import annotations


class PolicyError(ValueError):
    """A policy that says something impossible: raised where it is written, before it holds anything."""


class ScopeError(RuntimeError):
    """A scope is entered or left in a way that would make it hold something else than its block."""


class HookNotInstalledError(RuntimeError):
    """The audit hook, or a mechanism it needs, could not be put in place: nothing is held."""


class ScopeWarning(UserWarning):
    """A scope was left open by a generator or coroutine that is still suspended."""


# Tracebacks and pickles name the public place.
for _error in (PolicyError, ScopeError, HookNotInstalledError, ScopeWarning):
    _error.__module__ = "fastaudit"
del _error
