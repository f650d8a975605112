"""A policy for each request: a middleware for ASGI servers, frameworks and applications."""

from __future__ import annotations

from asyncio.exceptions import CancelledError
from contextvars import copy_context
from inspect import CO_VARARGS
from types import FunctionType, MethodType

from . import _core
from ._outcomes import is_violation, made_anew, violation_of
from ._policy import Policy
from ._prepare import load_workers
from ._scope import carry, sandbox
from ._within import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any, Literal, Self

    from ._core import Violation

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Scope, Receive, Send], Awaitable[None]]
    Choice = Callable[[Scope], Policy | Awaitable[Policy]]
    Handler = Callable[[Scope, Violation], Application | Awaitable[Application]]
    Mode = Literal["enforce", "warn"]

__all__ = ["SandboxMiddleware"]


class SandboxMiddleware(_core.Frozen):
    """
    Hold each request of an ASGI application to a policy.

    Pure ASGI, for HTTP and websockets; lifespan events are passed through. Streaming responses, background
    tasks, what runs in thread pools and every middleware within are held as well. What the server hands in (``receive``
    and ``send``) runs with the server's authority on plain copies of messages, in contexts of the server's.

    A request is held to its policy, to the scopes in force where the middleware was made, and to those in force
    where it is called. So a middleware inside another one narrows, and code in a sandbox that calls one gains nothing.

    Nothing that the application puts into the request's ``scope`` is seen outside, and an exception that leaves it is made
    anew of plain values, unless *policy* is None: built-in ones keep their class, others become a RuntimeError that names
    them.

    A violation that reaches the middleware is answered with status 403, for websockets by closing with
    1008, unless a response has begun: then it is raised on. The scope's box is ``scope["state"]["sandbox"]``, here and inside.

    Args:
        app: The ASGI application.
        policy: The policy of every request; or a function, or coroutine function, that is given the request's
            ``scope`` and gives its policy; or None: no policy but those of the routes, whose scopes the server's
            contexts are then kept free of.
        on_violation: A function or coroutine function that is given ``scope`` and the violation, and gives the ASGI
            application that answers, such as a Response of Starlette's. It runs outside of the request's policy.
        mode: As for sandbox().

    Raises:
        TypeError: If *app*, *policy* or *on_violation* is none of these.
        HookNotInstalledError: As for sandbox().

    Example:
        >>> app.add_middleware(SandboxMiddleware, policy=Policy(read=["templates"]))
    """

    __slots__ = ()

    def __new__(
        cls,
        app: Application,
        *,
        policy: Policy | Choice | None,
        on_violation: Handler | None = None,
        mode: Mode = "enforce",
    ) -> Self:
        if not callable(app):
            raise TypeError(f"app must be an ASGI application, not {type(app).__name__}")
        if isinstance(app, type) and issubclass(app, SandboxMiddleware):
            raise TypeError("app must be an ASGI application, not the class of the middleware itself")
        if _takes(app) == 2:
            raise TypeError(
                f"{app!r} takes two arguments, as WSGI applications do: fastaudit.wsgi has their middleware"
            )
        if not (policy is None or isinstance(policy, Policy) or (callable(policy) and not isinstance(policy, type))):
            raise TypeError(f"policy must be a Policy, a function that gives one, or None, not {policy!r}")
        if not (on_violation is None or callable(on_violation)):
            raise TypeError(f"on_violation must be a function or None, not {type(on_violation).__name__}")
        load_workers()
        # Whatever is wrong with the mode, or with the hook, is said now and not at the first request.
        manager = sandbox(policy if isinstance(policy, Policy) else Policy(), mode=mode)
        choice = None if policy is None or isinstance(policy, Policy) else policy
        copy = carry(copy_context)  # itself where no scope is in force
        fields = app, policy, choice, manager, mode, on_violation
        within_it = super().__new__(cls, (*fields, None), None, ())
        if copy is copy_context:
            return within_it
        return super().__new__(cls, (*fields, (copy, within_it)), None, ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or pass on the lifespan events."""
        app, policy, choice, manager, mode, on_violation, made_inside = self._fields
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        if made_inside is not None:
            copy, within_it = made_inside
            await within(copy(), within_it(scope, *_core.exchange(receive, send, CancelledError, False)))
            return
        inside = _core.copy_scope(scope)
        his_receive, his_send = _core.exchange(receive, send, CancelledError, True)
        if policy is None:
            try:
                await app(inside, his_receive, his_send)
            except Exception as error:
                refused = violation_of(error)
                if refused is None or not await _answer(scope, receive, send, refused, his_send, on_violation):
                    raise
            return
        if choice is not None:
            chosen = choice(inside)
            manager = sandbox(chosen if not hasattr(chosen, "__await__") else await chosen, mode=mode)
        outcome: BaseException | None = None
        with manager as box:
            scope.setdefault("state", {})["sandbox"] = box
            inside.setdefault("state", {})["sandbox"] = box
            try:
                await app(inside, his_receive, his_send)
            except BaseException as error:  # whatever it is, it does not get out as it is
                try:
                    outcome = made_anew(error, CancelledError)
                except BaseException:
                    outcome = RuntimeError("the application raised an exception that cannot be told")
            finally:
                inside = {}  # what it has put there, and nobody else holds, ends under the policy
        if outcome is None:
            return
        if not is_violation(outcome) or not await _answer(scope, receive, send, outcome, his_send, on_violation):
            raise outcome

    def __repr__(self) -> str:
        return f"SandboxMiddleware({self._fields[0]!r}, policy={self._fields[1]!r})"


_core.seal(SandboxMiddleware)


def _takes(app: object) -> int | None:
    """How many arguments it takes, where that can be seen."""
    call = app if isinstance(app, (FunctionType, MethodType)) else type(app).__call__
    bound = not isinstance(app, FunctionType)
    function = call.__func__ if isinstance(call, MethodType) else call
    if type(function) is not FunctionType or isinstance(app, type):
        return None
    code = function.__code__
    return None if code.co_flags & CO_VARARGS else code.co_argcount - bound


async def _answer(
    scope: Scope, receive: Receive, send: Send, violation: Any, his_send: _core.Side, on_violation: Handler | None
) -> bool:
    """Tell the client of a violation; False when the response has begun, or this is no protocol we know."""
    begun = _core.begun(his_send)
    http = scope["type"] == "http"
    if (http and begun) or (not http and scope["type"] != "websocket"):
        return False
    if begun == "websocket.accept":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return True
    if begun:
        return False
    denial = "websocket.http.response" in (scope.get("extensions") or {})
    if not http and not denial:
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
    elif on_violation is not None:
        answer = on_violation(scope, violation)
        if hasattr(answer, "__await__"):
            answer = await answer
        if not callable(answer):
            raise TypeError(f"on_violation must give an ASGI application, such as a Response, not {answer!r}")
        await answer(scope, receive, send)
    else:
        prefix = "" if http else "websocket."
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"9")]
        await send({"type": f"{prefix}http.response.start", "status": 403, "headers": headers})
        await send({"type": f"{prefix}http.response.body", "body": b"Forbidden"})
    return True
