"""The types of the C core, written once."""

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar, final

from ._policy import Policy

_F = TypeVar("_F", bound=Callable[..., Any])

RIGHTS: tuple[str, ...]
EVENTS: tuple[str, ...]
GUARDED_MODULES: frozenset[str]

class Frozen:
    """A value that nothing can change, `object.__setattr__` included."""

    _fields: Any  # read-only
    _ruleset: Any  # read-only
    _unfound: tuple[str, ...]  # read-only
    def __new__(cls, fields: tuple[Any, ...], ruleset: Ruleset | None, unfound: tuple[str, ...], /) -> Self: ...

def seal(cls: type[Frozen], /) -> None:
    """Make a class of frozen values immutable itself."""

@final
class Ruleset:
    """A compiled policy. Immutable: share it between threads and tasks."""

    def __new__(
        cls,
        *,
        name: str,
        allow: int,
        deny: int,
        paths: Sequence[tuple[bytes, int, int, int, int, str]],
        addresses: Sequence[tuple[int, bool, bool, str]],
        commands: Sequence[tuple[bool, bool, str, bytes | None, bytes | None, tuple[str, ...], bool, str]],
        imports: Sequence[tuple[bool, str]] | None,
        natives: Sequence[tuple[bool, str]] | None,
        env: Sequence[tuple[bool, str]],
        events: Sequence[tuple[bool, str]],
        unknown: bool,
        common: Ruleset | None,  # whose rules about files hold as well; it has none itself
    ) -> Self: ...
    @staticmethod
    def both(a: Ruleset, b: Ruleset, /) -> Ruleset: ...
    def decide(self, event: str, args: tuple[object, ...], /) -> tuple[str, str, str, str | None]:
        """Judge one event: outcome, reason, right, rule. Records nothing, raises no denial."""

def resolve_many(paths: list[str], /) -> list[str | None]: ...
def resolve(path: bytes, follow: bool = True, /) -> bytes:
    """Give the canonical path that the kernel would reach; raises OSError."""

def unpack(event: str, args: tuple[object, ...], /) -> dict[str, object]:
    """What the core reads from the arguments of an audit event. For tests."""

def check_address(text: str, port_optional: bool = False, /) -> None:
    """Raise ValueError with one clear sentence when the text is no address."""

def check_pattern(text: bytes, /) -> None:
    """Raise ValueError that says what is wrong when *text* is no pattern of paths."""

class Location(NamedTuple):
    """A place in Python code; its str is 'file:line in function'."""

    file: str  # as its code object names it
    line: int  # 0 when it is not known
    function: str | None

class Violation(Exception):
    """
    An operation that a policy refused.

    Raised as `PermissionViolation` or `ImportViolation`, and made by fastaudit alone. The message is one
    line that says what was tried, which policy and rule refused it, where in your code, and the smallest
    change that would allow it. Secrets in it are redacted.
    """

    @property
    def event(self) -> str:
        """The audit event: 'open', 'socket.connect' …"""
    @property
    def right(self) -> str:
        """The right that was lacking: 'read', 'modify', 'connect' …"""
    @property
    def target(self) -> str | None:
        """What it was about: a canonical path, an address, a command line, a module, a variable's name."""
    @property
    def policy(self) -> str | None:
        """The name of the policy that refused."""
    @property
    def rule(self) -> str | None:
        """The rule that refused, as written; None when a grant was lacking."""
    @property
    def reason(self) -> str:
        """Why, as a fixed word: 'outside-root', 'denied' …"""
    @property
    def location(self) -> Location | None:
        """Where it was tried: the innermost place outside the standard library and fastaudit."""
    @property
    def origin(self) -> Location | None:
        """Where the refusing policy was entered; None for a policy of the whole process."""
    @property
    def suggestion(self) -> str | None:
        """The smallest change of the policy that would allow it, as keyword arguments to paste."""
    def json(self) -> str:
        """Give the attributes and the message as one line of JSON."""

@final
class PermissionViolation(Violation, PermissionError):
    """An operation that a policy refused, as the PermissionError (EACCES) that libraries expect."""

@final
class ImportViolation(Violation, ImportError):
    """An import that a policy refused, as the ImportError that libraries expect."""

def violation(
    import_error: bool, details: tuple[str | Location | None, ...], /
) -> PermissionViolation | ImportViolation:
    """Make a violation from its details; what pickles and copies call."""

@final
class Box:
    """What a scope shows of itself. Readable after its end, and without power."""

    @property
    def policy(self) -> Policy: ...
    @property
    def violations(self) -> tuple[Violation, ...]:
        """The first refusals, in order, swallowed ones included; those of scopes inside as well."""
    @property
    def dropped(self) -> int:
        """How many violations there were beyond those kept."""
    @property
    def quiet(self) -> int:
        """How many probes were refused that ordinary libraries make and survive."""
    @property
    def allowed(self) -> dict[str, int]:
        """How many events were let go, by right: a new dict. An opening that may make its file is a `create`."""
    @property
    def race_free(self) -> bool:
        """
        Whether the file that is judged is the file that is opened, whoever changes names meanwhile.

        True on Linux 5.6 and later, where nothing forbids openat2. Elsewhere a name is resolved, judged and
        opened one after the other, and somebody outside may come between.
        """
    @property
    def trusted_calls(self) -> tuple[tuple[str, Location | None, int], ...]:
        """
        The trusted functions that code inside called: name, where it was first called, how often.

        The first hundred functions are told apart; the calls of all others are counted together, as ``"…"``.
        """
    def active_calls(self) -> tuple[str, ...]:
        """Name the trusted calls from inside that have begun and not ended, suspended ones included."""
    @property
    def left_open(self) -> tuple[Location, ...]:
        """Where scopes above this one were entered that were still open when it was left."""

@final
class Handle:
    """What start() gives, for owners whose two ends lie in different functions."""

    @property
    def box(self) -> Box: ...
    def stop(self) -> None:
        """End the scope: once, in the thread and context that started it."""

@final
class Sandbox:
    """Enters a policy, as often as asked: each entry is a scope of its own."""

    def __new__(cls, policy: Policy, ruleset: Ruleset, *, strict: bool = False, warn: bool = False) -> Self: ...
    @property
    def policy(self) -> Policy: ...
    def __enter__(self) -> Box: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...  # None: never swallows
    async def __aenter__(self) -> Box: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
    def __call__(self, function: _F, /) -> _F: ...
    def start(self) -> Handle:
        """Enter here and end by the handle's stop()."""

def manage(policy: Policy, ruleset: Ruleset, strict: bool, warn: bool, /) -> Sandbox: ...

@final
class Steps:
    """One scope for the steps of a suspendable body: on the chain while the body runs, off it while suspended."""

    def __new__(cls, manager: Sandbox, /) -> Self: ...
    def drive(self, body: Any, generator: AsyncGenerator[Any, Any] = ..., /) -> Steps:
        """An iterator and awaitable that steps a body under this scope."""
    def end(self) -> None:
        """The call is over; a strict scope raises its first violation."""
    def send(self, value: Any, /) -> Any: ...
    def throw(self, error: BaseException, /) -> Any: ...
    def close(self) -> None: ...
    def __iter__(self) -> Generator[Any, Any, Any]: ...
    def __next__(self) -> Any: ...
    def __await__(self) -> Generator[Any, Any, Any]: ...

@final
class Stepper:
    """
    Steps a coroutine, each time under whatever is in force where that is asked.

    Whoever runs it in asyncio is given plain futures in the place of what the coroutine waits for.
    """

    def __new__(cls, body: Coroutine[Any, Any, Any], /) -> Self: ...
    def send(self, value: Any, /) -> Any: ...
    def throw(self, error: BaseException, /) -> Any: ...
    def close(self) -> None: ...
    def __iter__(self) -> Generator[Any, Any, Any]: ...
    def __next__(self) -> Any: ...
    def __await__(self) -> Generator[Any, Any, Any]: ...

@final
class Trusted:
    """Runs a function with its maker's authority. Calling it is all that can be done with it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

@final
class TrustedBody:
    """The body of one call of a trusted generator, coroutine or asynchronous generator."""

    def send(self, value: Any, /) -> Any: ...
    def throw(self, error: BaseException, /) -> Any: ...
    def close(self) -> None: ...
    def asend(self, value: Any, /) -> TrustedBody: ...
    def athrow(self, error: BaseException, /) -> TrustedBody: ...
    def aclose(self) -> TrustedBody: ...
    def __iter__(self) -> Generator[Any, Any, Any]: ...
    def __next__(self) -> Any: ...
    def __await__(self) -> Generator[Any, Any, Any]: ...

@final
class ExchangeCall:
    """One call of a server's receive or send."""

    def send(self, value: Any, /) -> Any: ...
    def throw(self, error: BaseException, /) -> Any: ...
    def close(self) -> None: ...
    def __iter__(self) -> Generator[Any, Any, Any]: ...
    def __next__(self) -> Any: ...
    def __await__(self) -> Generator[Any, Any, Any]: ...

@final
class Side:
    """A server's receive or send, as a request has it. Calling it is all that can be done with it."""

    def __call__(self, message: Any = ..., /) -> Coroutine[Any, Any, Any]: ...

def exchange(
    receive: Callable[..., Any], send: Callable[..., Any], cancelled: type[BaseException], checks: bool, /
) -> tuple[Side, Side]:
    """
    Give a server's receive and send for one request: they run with the authority of here, as what adapt() gives.

    With *checks* only messages of HTTP and websockets can be sent.
    """

def begun(send: Side, /) -> str:
    """Give the type of the message that began the answer, or an empty string."""

def copy_scope(scope: Mapping[str, Any], /) -> dict[str, Any]:
    """Give the application a scope of its own: servers read theirs again, to write their logs."""

def copy_function(function: _F, /) -> _F:
    """Give a function of one's own, which nothing done to the other one changes."""

def trust(
    function: Callable[..., Any],
    kind: int,
    name: str,
    manager: Sandbox | None,
    cancelled: type[BaseException] | None = None,
    /,
) -> Trusted:
    """What runs a function with the authority of here, for trusted() and adapt()."""

def current() -> Box | None:
    """Give the box of the innermost scope in force here, or None; the floor does not count."""

def carry(function: _F, /) -> _F:
    """Give the function, to be run under what is in force here."""

def install(policy: Policy, ruleset: Ruleset, *, warn: bool = False) -> Box:
    """Hold the whole process, for good; gives the floor's box."""

def resume_floor() -> None:
    """Put in place what holds a floor that was installed before this was imported: by an earlier runtime, or elsewhere."""
