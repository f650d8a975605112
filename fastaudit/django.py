"""A policy for each request: a middleware for Django, synchronous and asynchronous."""

from __future__ import annotations

import importlib
from inspect import iscoroutinefunction

from . import _core
from ._outcomes import violation_of
from ._policy import Policy
from ._scope import current, sandbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterable
    from typing import Any

__all__ = ["SandboxMiddleware"]

# By name: types are checked without Django.
_settings: Any = importlib.import_module("django.conf").settings
_http: Any = importlib.import_module("django.http")
_find: Any = importlib.import_module("django.utils.module_loading").import_string
_mark: Any = importlib.import_module("asgiref.sync").markcoroutinefunction


class _Refused(_http.HttpResponseForbidden):  # type: ignore[misc]
    """What a view gives that oversteps."""

    violation: object = None


class SandboxMiddleware:
    """
    Hold each request of a Django project to a policy.

    Put ``"fastaudit.django.SandboxMiddleware"`` into ``MIDDLEWARE``, after what finds out who asks. Views are held, the
    middlewares that come after it, rendering, and streamed content to its end. A violation that a view lets go is
    answered with status 403. The scope's box is ``request.sandbox``.

    Settings:
        FASTAUDIT_POLICY: A Policy; or a function that is given the request and gives its policy; or the dotted path
            of either.
        FASTAUDIT_ON_VIOLATION: A function that is given the request and the violation, and gives the response. It runs
            outside of the request's policy. Or its dotted path.
        FASTAUDIT_MODE: ``"enforce"`` or ``"warn"``, as for sandbox().
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        policy, handler = (_setting(name) for name in ("FASTAUDIT_POLICY", "FASTAUDIT_ON_VIOLATION"))
        if not (isinstance(policy, Policy) or (callable(policy) and not isinstance(policy, type))):
            raise TypeError(f"FASTAUDIT_POLICY must be a Policy, or a function that gives one, not {policy!r}")
        if not (handler is None or callable(handler)):
            raise TypeError(f"FASTAUDIT_ON_VIOLATION must be a function, not {handler!r}")
        self._get_response, self._handler = get_response, handler
        self._mode = _setting("FASTAUDIT_MODE", "enforce")
        self._choice = None if isinstance(policy, Policy) else policy
        self._manager = sandbox(policy if isinstance(policy, Policy) else Policy(), mode=self._mode)
        self._awaits = iscoroutinefunction(get_response)
        if self._awaits:
            _mark(self)

    def __call__(self, request: Any) -> Any:
        """Serve one request."""
        manager = self._manager if self._choice is None else sandbox(self._choice(request), mode=self._mode)
        steps = _core.Steps(manager)
        if self._awaits:
            return self._serve(request, steps)
        try:
            steps.drive(_call(self._get_response, request)).send(None)
        except StopIteration as stop:
            return self._held(request, steps, stop.value)
        raise RuntimeError("a body that does not wait was suspended")

    async def _serve(self, request: Any, steps: _core.Steps) -> Any:
        return self._held(request, steps, await steps.drive(_await(self._get_response, request)))

    def process_exception(self, request: Any, error: Exception) -> Any:
        """Take a violation that a view let go."""
        violation = violation_of(error)
        if violation is None:
            return None
        response = _Refused("Forbidden", content_type="text/plain")
        response.violation = violation
        return response

    def _held(self, request: Any, steps: _core.Steps, response: Any) -> Any:
        """Have what a streamed response gives made under the policy, too; answer a violation."""
        if type(response) is _Refused and self._handler is not None:
            violation = response.violation
            again = violation_of(violation) if isinstance(violation, BaseException) else None
            return response if again is None else self._handler(request, again)
        if getattr(response, "streaming", False):
            content = response.streaming_content
            response.streaming_content = _chunks(steps, content) if response.is_async else steps.drive(_each(content))
        return response


def _setting(name: str, default: object = None) -> Any:
    value = getattr(_settings, name, default)
    return _find(value) if isinstance(value, str) and "." in value else value


def _call(get_response: Callable[[Any], Any], request: Any) -> Generator[None, None, Any]:
    request.sandbox = current()
    return get_response(request)
    yield  # it is a generator: what one scope steps


async def _await(get_response: Callable[[Any], Any], request: Any) -> Any:
    request.sandbox = current()
    return await get_response(request)


def _each(content: Iterable[bytes]) -> Generator[bytes, None, None]:
    yield from content


async def _each_awaited(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in content:
        yield chunk


async def _chunks(steps: _core.Steps, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    chunks: Any = _each_awaited(content)
    try:
        while True:
            try:
                chunk = await steps.drive(chunks.asend(None), chunks)
            except StopAsyncIteration:
                return
            yield chunk
    finally:
        await steps.drive(chunks.aclose(), chunks)
