"""Decide, inside one ordinary Python process, what a block of code may touch."""

from ._core import ImportViolation, PermissionViolation, Violation
from ._deny import Deny
from ._errors import HookNotInstalledError, PolicyError, ScopeError, ScopeWarning
from ._policy import Policy
from ._scope import current, install, sandbox

__version__ = "0.1.0"

__all__ = [
    "Deny",
    "HookNotInstalledError",
    "ImportViolation",
    "PermissionViolation",
    "Policy",
    "PolicyError",
    "ScopeError",
    "ScopeWarning",
    "Violation",
    "__version__",
    "current",
    "install",
    "sandbox",
]
