"""Decide, inside one ordinary Python process, what a block of code may touch."""

try:
    from ._core import ImportViolation, PermissionViolation, Violation
except ModuleNotFoundError as error:
    if error.name != "fastaudit._core":
        raise
    raise ImportError(
        "fastaudit's C core is not here. In its clone, run 'pip install .', and start Python from another "
        "folder: there the source folder hides what was installed. It is built for CPython only."
    ) from None
from . import _core
from ._deny import Deny
from ._errors import HookNotInstalledError, PolicyError, ScopeError, ScopeWarning
from ._policy import Policy
from ._scope import carry, current, install, sandbox
from ._trusted import adapt, trusted

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
    "adapt",
    "carry",
    "current",
    "install",
    "sandbox",
    "trusted",
]

_core.resume_floor()
