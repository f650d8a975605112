"""Decide, inside one ordinary Python process, what a block of code may touch."""

from ._deny import Deny
from ._errors import HookNotInstalledError, PolicyError, ScopeError, ScopeWarning
from ._policy import Policy

__version__ = "0.1.0"

__all__ = [
    "Deny",
    "HookNotInstalledError",
    "Policy",
    "PolicyError",
    "ScopeError",
    "ScopeWarning",
    "__version__",
]
