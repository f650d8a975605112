"""Replacing what a Python function does, in place: identity, signature and name stay."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_VARARGS, _VARKEYWORDS, _COROUTINE = 0x04, 0x08, 0x80  # co_flags


def redirected(function: types.FunctionType, target: Callable[..., Any]) -> tuple[types.FunctionType, types.CodeType]:
    """
    Give what makes *function* call *target* with the arguments that it is called with, once it is its code.

    Called once a process, as the host. The new code holds *target* as a constant, so no name that
    code inside a scope could rebind is looked up at a call.

    Returns:
        A function that does what *function* did, and the code.

    Raises:
        ValueError: If *function* closes over variables, which new code could not.
    """
    code = function.__code__
    if code.co_freevars:
        raise ValueError(f"{function.__qualname__} closes over variables")
    original = types.FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    original.__kwdefaults__ = function.__kwdefaults__

    template: dict[str, Any] = {}
    exec(_forwarding_source(code), template)  # made of argument names only
    new = template["call"].__code__
    constants = tuple(target if constant == _PLACE else constant for constant in new.co_consts)
    return original, new.replace(
        co_consts=constants,
        co_name=code.co_name,
        co_qualname=code.co_qualname,
        co_filename=code.co_filename,
        co_firstlineno=code.co_firstlineno,
    )


_PLACE = "fastaudit: what is called instead"


def _forwarding_source(code: types.CodeType) -> str:
    names = list(code.co_varnames)
    positional = names[: code.co_argcount]
    keyword = names[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    rest = names[code.co_argcount + code.co_kwonlyargcount :]
    parameters, passed = list(positional), list(positional)
    if code.co_posonlyargcount:
        parameters.insert(code.co_posonlyargcount, "/")
    if code.co_flags & _VARARGS:
        name = rest.pop(0)
        parameters.append("*" + name)
        passed.append("*" + name)
    elif keyword:
        parameters.append("*")
    parameters += keyword
    passed += [f"{name}={name}" for name in keyword]
    if code.co_flags & _VARKEYWORDS:
        name = rest.pop(0)
        parameters.append("**" + name)
        passed.append("**" + name)
    kind, waits = ("async def", "await ") if code.co_flags & _COROUTINE else ("def", "")
    body = f"    target__ = {_PLACE!r}\n    return {waits}target__({', '.join(passed)})\n"
    return f"{kind} call({', '.join(parameters)}):\n{body}"
