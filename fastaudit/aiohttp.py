"""A policy for each request: a middleware for aiohttp's server."""

from __future__ import annotations

import importlib
from asyncio.exceptions import CancelledError
from contextvars import copy_context

from ._core import Box
from ._outcomes import is_violation, made_anew
from ._policy import Policy
from ._scope import carry, sandbox
from ._within import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any, Literal

    from ._core import Sandbox, Violation

    Request = Any  # aiohttp.web.Request
    Response = Any  # aiohttp.web.StreamResponse
    Endpoint = Callable[[Request], Awaitable[Response]]
    Choice = Callable[[Request], Policy | Awaitable[Policy]]
    Handler = Callable[[Request, Violation], Response | Awaitable[Response]]

__all__ = ["BOX", "sandbox_middleware"]

web: Any = importlib.import_module("aiohttp.web")  # by name: types are checked without it

BOX: Any = web.RequestKey("fastaudit.sandbox", Box) if hasattr(web, "RequestKey") else "fastaudit.sandbox"
"""The key of the scope's box in a request."""


class _Sent(web.Response):  # type: ignore[misc]
    """What stands for a response that was sent inside: there is nothing left to do for it."""

    @property
    def keep_alive(self) -> bool:
        return self._keep_alive is not False

    async def prepare(self, request: Request) -> None:
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        return None


def sandbox_middleware(
    policy: Policy | Choice,
    *,
    on_violation: Handler | None = None,
    mode: Literal["enforce", "warn"] = "enforce",
) -> Callable[[Request, Endpoint], Awaitable[Response]]:
    """
    Make a middleware for aiohttp that holds each request to a policy.

    Handlers are held with the middlewares within, the sending of streamed responses, and websockets. What
    comes back is a response of aiohttp's own classes with plain values, and an exception is made anew of plain values.

    The request itself is aiohttp's object: its ``content``, ``transport`` and underscored attributes are the server's, and
    what a handler changes there runs with the server's authority.

    A violation that reaches the middleware is answered with status 403, unless a response has begun: then it is raised
    on. The scope's box is ``request[fastaudit.aiohttp.BOX]``.

    Args:
        policy: The policy of every request; or a function, or coroutine function, that is given the request and gives
            its policy.
        on_violation: A function or coroutine function that is given the request and the violation, and gives the response.
            It runs outside of the request's policy.
        mode: As for sandbox().

    Raises:
        TypeError: If *policy* or *on_violation* is none of these.
        HookNotInstalledError: As for sandbox().

    Example:
        >>> app = web.Application(middlewares=[sandbox_middleware(Policy(read=["templates"]))])
    """
    if not (isinstance(policy, Policy) or (callable(policy) and not isinstance(policy, type))):
        raise TypeError(f"policy must be a Policy, or a function that gives one, not {policy!r}")
    if not (on_violation is None or callable(on_violation)):
        raise TypeError(f"on_violation must be a function or None, not {type(on_violation).__name__}")
    fixed = sandbox(policy if isinstance(policy, Policy) else Policy(), mode=mode)
    copy = carry(copy_context)  # itself where no scope is in force

    async def serve(request: Request, handler: Endpoint) -> Response:
        manager = fixed
        if not isinstance(policy, Policy):
            chosen = policy(request)
            manager = sandbox(chosen if not hasattr(chosen, "__await__") else await chosen, mode=mode)
        outcome = await _outcome(manager, request, handler)
        if not isinstance(outcome, BaseException):
            return outcome
        if not is_violation(outcome) or request.writer.output_size > 0:
            raise outcome
        if on_violation is None:
            return web.Response(status=403, text="Forbidden")
        answer = on_violation(request, outcome)  # type: ignore[arg-type]
        return await answer if hasattr(answer, "__await__") else answer

    async def sandboxed(request: Request, handler: Endpoint) -> Response:
        if copy is copy_context:
            return await serve(request, handler)
        return await within(copy(), serve(request, handler))

    sandboxed.__middleware_version__ = 1  # type: ignore[attr-defined]  # what aiohttp.web.middleware does
    return sandboxed


async def _outcome(manager: Sandbox, request: Request, handler: Endpoint) -> Any:
    """Call the handler inside; give a response of aiohttp's own class, or an exception, of plain values."""
    with manager as box:
        request[BOX] = box
        try:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = error
            whole = isinstance(response, web.Response) and not response.prepared
            body = response.body if whole else None
            whole = whole and (body is None or type(body) is bytes)
            if not whole:
                # Its body is made, or has been made, while it is sent.
                await response.prepare(request)
                await response.write_eof()
                body = None
            told = _told(response, whole)
        except ConnectionError:
            return ConnectionResetError("the client has gone")
        except BaseException as error:  # whatever it is, it does not get out as it is
            try:
                return _harmless(made_anew(error, CancelledError))
            except BaseException:
                return RuntimeError("the application raised an exception that cannot be told")
    status, reason, headers, compressed, chunked, closes = told
    again = (web.Response if whole else _Sent)(status=status, reason=reason, headers=headers, body=body)
    if compressed:
        again.enable_compression()
    if chunked:
        again.enable_chunked_encoding()
    if closes:
        again.force_close()
    return again


def _harmless(error: BaseException) -> BaseException:
    """What aiohttp takes for an error of the handler: these two would end its server."""
    if not isinstance(error, (SystemExit, KeyboardInterrupt)):
        return error
    made = RuntimeError(f"the handler raised {type(error).__name__}")
    for note in error.__notes__:
        made.add_note(note)
    return made


def _told(response: Response, whole: bool) -> tuple[int, str, list[tuple[str, str]], bool, bool, bool]:
    """Read a response, inside: plain values of what aiohttp sends, logs, or hands to middlewares."""
    headers = [(_text(name), _text(value)) for name, value in response.headers.items()]
    headers += [("Set-Cookie", _text(cookie.OutputString())) for cookie in response.cookies.values()]
    closes = response.keep_alive is False or not (whole or response.keep_alive)
    status = int.__index__(response.status)
    return status, _text(response.reason), headers, bool(response.compression), bool(response.chunked), closes


def _text(value: object) -> str:
    return "".join(["", str.__str__(value)]) if isinstance(value, str) else ""
