"""A policy for each request: a middleware for WSGI servers, frameworks and applications."""

from __future__ import annotations

from . import _core
from ._make_trusted import make_adapter
from ._outcomes import is_violation, made_anew
from ._policy import Policy
from ._scope import carry, current, sandbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from typing import Any, Literal, Self

    from ._core import Sandbox, Violation

    Environment = dict[str, Any]
    Start = Callable[..., Callable[[bytes], object]]
    Application = Callable[[Environment, Start], Iterable[bytes]]
    Choice = Callable[[Environment], Policy]
    Handler = Callable[[Environment, Violation], Application]

__all__ = ["SandboxMiddleware"]

_KEY = "fastaudit.sandbox"


class SandboxMiddleware(_core.Frozen):
    """
    Hold each request of a WSGI application to a policy: its call, the iterable that it gives, and its ``close()``.

    A request is held to its policy, to the scopes in force where the middleware was made, and to those in force
    where it is called. ``start_response``, ``write`` and the reading of ``wsgi.input`` run with the server's
    authority, on plain values.

    Nothing that the application puts into *environ* is seen outside, and an exception that leaves it is made anew of
    plain values: built-in ones keep their class, others become a RuntimeError that names them.

    A violation is answered with status 403, unless a part of the response has been given: then it is raised on. The
    scope's box is ``environ["fastaudit.sandbox"]``, here and inside.

    Args:
        app: The WSGI application.
        policy: The policy of every request, or a function that is given *environ* and gives its policy.
        on_violation: A function that is given *environ* and the violation, and gives the WSGI application that
            answers, such as a Response of Flask's. It runs outside of the request's policy.
        mode: As for sandbox().

    Raises:
        TypeError: If *app*, *policy* or *on_violation* is none of these.
        HookNotInstalledError: As for sandbox().

    Example:
        >>> app.wsgi_app = SandboxMiddleware(app.wsgi_app, policy=Policy(read=["templates"]))
    """

    __slots__ = ()

    def __new__(
        cls,
        app: Application,
        *,
        policy: Policy | Choice,
        on_violation: Handler | None = None,
        mode: Literal["enforce", "warn"] = "enforce",
    ) -> Self:
        if not callable(app):
            raise TypeError(f"app must be a WSGI application, not {type(app).__name__}")
        if not (isinstance(policy, Policy) or (callable(policy) and not isinstance(policy, type))):
            raise TypeError(f"policy must be a Policy, or a function that gives one, not {policy!r}")
        if not (on_violation is None or callable(on_violation)):
            raise TypeError(f"on_violation must be a function or None, not {type(on_violation).__name__}")
        # Whatever is wrong with the mode, or with the hook, is said now and not at the first request.
        manager = sandbox(policy if isinstance(policy, Policy) else Policy(), mode=mode)
        choice = None if isinstance(policy, Policy) else policy
        return super().__new__(cls, (app, choice, manager, mode, on_violation, carry(_call)), None, ())

    def __call__(self, environ: Environment, start_response: Start) -> Iterable[bytes]:
        """Serve one request."""
        app, choice, manager, mode, on_violation, within = self._fields
        inside = dict(environ)
        inside.pop("werkzeug.socket", None)  # the server's own
        if "wsgi.input" in inside:
            inside["wsgi.input"] = _Input(inside["wsgi.input"])
        if choice is not None:
            manager = sandbox(within(choice, inside), mode=mode)
        answer = _Answer(environ, start_response, on_violation, within)
        return answer.begin(manager, app, inside)


_core.seal(SandboxMiddleware)


class _Input:
    """What an application reads of a request's body: of the server's own object it gets nothing that it could change."""

    __slots__ = "read", "readline", "readlines"
    readline: Callable[[], bytes]

    def __init__(self, stream: Any) -> None:
        for name in _Input.__slots__:
            if hasattr(stream, name):
                setattr(self, name, make_adapter(getattr(stream, name)))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")


class _End(Exception):
    """What a body is told that is to end before it is through."""


class _State:
    """How far the response of one request has come, in the eyes of the server."""

    __slots__ = "given", "started", "write"

    def __init__(self) -> None:
        self.started = False  # the application has called start_response
        self.given = False  # the server has got a part of the response
        self.write: Any = None  # what the server's start_response gave


class _Answer:
    """The response of one request, for the server: each step of it is taken inside."""

    def __init__(
        self, environ: Environment, start: Start, on_violation: Handler | None, within: Callable[..., Any]
    ) -> None:
        self._environ, self._start, self._on_violation, self._within = environ, start, on_violation, within
        self._body: Any = None  # what is stepped; None when it has ended
        self._state = _State()

    def begin(self, manager: Sandbox, app: Application, inside: Environment) -> Iterable[bytes]:
        """Call the application; give what the server iterates over."""
        state, servers_start = self._state, self._start  # nothing inside refers to this object, whose end closes it

        def start(status: str, headers: list[tuple[str, str]], failed: bool = False) -> None:
            if failed:
                error = RuntimeError("the application answers an error of its own")
                state.write = servers_start(status, headers, (RuntimeError, error, None))
            else:
                state.write = servers_start(status, headers)
            state.started = True

        def write_on(data: bytes) -> None:
            if type(data) is not bytes:
                raise TypeError(f"write() takes bytes, not {type(data).__name__}")
            state.given = True
            state.write(data)

        steps = _core.Steps(manager)
        body = _body(app, self._environ, inside, make_adapter(start), make_adapter(write_on))
        self._body = steps.drive(body)
        answer: bytes | Iterable[bytes] = self._step(self._body.send, None)
        return self if type(answer) is bytes else answer  # type: ignore[return-value]

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._body is None:
            raise StopIteration
        chunk = self._step(self._body.send, None)
        if type(chunk) is bytes:
            return chunk
        # Nothing had been given yet: a violation is answered, in one piece.
        self._state.given = True
        try:
            return b"".join(chunk)
        finally:
            if hasattr(chunk, "close"):
                chunk.close()

    def close(self) -> None:
        """Have the application end its response, as servers do after each."""
        if self._body is not None:
            self._state.given = True
            self._step(self._body.throw, _End())

    def __del__(self) -> None:
        self.close()

    def _step(self, step: Callable[[Any], Any], value: object) -> Any:
        """Give the next part; or the answer to a violation, an iterable; StopIteration at the end."""
        try:
            chunk = self._within(step, value)
        except StopIteration as stop:
            self._body = None
            outcome = stop.value
        except BaseException:
            self._body = None
            raise
        else:
            self._state.given = self._state.given or chunk != b""
            return chunk
        if outcome is None:
            if type(value) is _End:
                return b""
            raise StopIteration
        if self._state.given or not is_violation(outcome):
            raise outcome
        return self._refuse(outcome)

    def _refuse(self, violation: Any) -> Iterable[bytes]:
        again = (type(violation), violation, None) if self._state.started else None

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            return self._start(status, headers, error or again) if error or again else self._start(status, headers)

        if self._on_violation is not None:
            answer: Application = self._within(self._on_violation, self._environ, violation)
            return answer(self._environ, start)
        start("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "9")])
        return [b"Forbidden"]


def _body(
    app: Application, environ: Environment, inside: Environment, start: Callable[..., Any], write: Callable[..., Any]
) -> Generator[bytes, None, BaseException | None]:
    """Run the application; the first thing given is empty. All of this runs inside."""
    result: Any = None

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None, /) -> Callable[..., Any]:
        start(status, headers, exc_info is not None)
        return lambda data: write(data)

    environ[_KEY] = inside[_KEY] = current()
    try:
        try:
            result = app(inside, start_response)
            yield b""
            for chunk in result:
                yield _plain(chunk)
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
    except _End:
        return None
    except BaseException as error:  # whatever it is, it does not get out as it is
        try:
            return made_anew(error)
        except BaseException:
            return RuntimeError("the application raised an exception that cannot be told")
    return None


def _plain(chunk: object) -> bytes:
    if type(chunk) is bytes:
        return chunk
    if not isinstance(chunk, bytes):
        raise TypeError(f"a WSGI application gives bytes, not {type(chunk).__name__}")
    return b"".join([chunk, b""])  # of a subclass: a copy by its base layout


def _call(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)
