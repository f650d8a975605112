"""
Whose policy applies, in slow, obvious Python: the oracle of authority.

Nothing here looks at fastaudit. A program that is run under real scopes tells the model what it did, and asks
it who governs. Chains are lists of scopes, outermost first; what is *carried* is such a list as well.
"""

from dataclasses import dataclass, field


class Refused(Exception):
    """The model says that this raises ScopeError and changes nothing but what `failed` says."""


@dataclass(eq=False)
class Opener:
    """The function, generator or coroutine whose frame opened a scope."""

    kind: str  # "function", "generator" (asynchronous ones too) or "coroutine"
    state: str = "running"  # or "suspended", or "returned"
    scopes: "list[Scope]" = field(default_factory=list)  # that a generator's frame opened, contextlib's among them

    def brings(self) -> "list[Scope]":
        """What its body is held to wherever it runs, innermost first."""
        return [scope for scope in reversed(self.scopes) if not scope.ended] if self.kind == "generator" else []


@dataclass(eq=False, repr=False)
class Scope:
    """One entry of a policy."""

    name: str
    how: str  # "with", "stack" (through contextlib), "start" (a handle) or "call" (a decorated function)
    opener: Opener | None
    home: "Context | None" = None
    thread: "Thread | None" = None
    call: "Scope | None" = None  # the decorated call in whose body it was opened
    ended: bool = False
    failed: bool = False  # somebody tried to end it in a wrong way: nobody can any more
    orphan: bool = False  # what lay around it was left first: it ends alone
    left_open: int = 0
    records: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"{self.name} by {self.how}{' ended' if self.ended else ''}"


@dataclass(eq=False)
class Context:
    """What contextvars calls a context."""

    chain: list[Scope] = field(default_factory=list)
    entered: bool = False

    def own(self) -> list[int]:
        """Where the chain may be changed: beneath a trusted call that runs here lies what its maker had, in force for it."""
        calls = [index for index, scope in enumerate(self.chain) if scope.how == "trusted" and scope.home is self]
        return list(range(calls[-1] if calls else 0, len(self.chain)))

    def remove(self, scope: Scope) -> None:
        """Take it off: the topmost, since one further down is a copy that the context was made with."""
        for index in reversed(self.own()):
            if self.chain[index] is scope:
                del self.chain[index]
                return


@dataclass(eq=False)
class Call:
    """A trusted call that runs in a thread: what it hides."""

    scope: Scope  # its place on the chain; one without a name holds nothing
    context: Context
    chain: list[Scope]  # of the caller, in that context
    homes: list[Scope]  # those of them that were entered there
    callers: list[Scope]  # whatever held the caller: told of what is refused in the call
    contexts: int  # entered before
    bodies: int  # that ran before
    base: list[Scope]


@dataclass(eq=False)
class Thread:
    """A thread: the contexts that it has entered and not left, what it was started under, and whose bodies it runs."""

    base: list[Scope] = field(default_factory=list)
    stack: list[Context] = field(default_factory=list)
    bodies: list[Opener] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)  # trusted ones, innermost last

    @property
    def context(self) -> Context:
        return self.stack[-1]

    def chains(self) -> "list[list[Scope]]":
        """What is looked at, innermost first: a trusted call ends it."""
        first = self.calls[-1].contexts if self.calls else 0
        return [*(context.chain for context in reversed(self.stack[first:])), self.base]

    def running(self) -> list[Opener]:
        """The bodies that count."""
        return self.bodies[self.calls[-1].bodies :] if self.calls else self.bodies


class Authority:
    """The process. Every act is told to it with the thread that does it."""

    def __init__(self) -> None:
        self.warnings = 0  # how often a ScopeWarning was due

    # ---- who governs ----

    def of(self, thread: Thread) -> list[Scope]:
        """Every scope in force, innermost first."""
        found: list[Scope] = []
        for chain in thread.chains():
            for scope in reversed(chain):
                if scope not in found and scope.name is not None:
                    found.append(scope)
        for body in reversed(thread.running()):
            found += [scope for scope in body.brings() if scope not in found]
        return found

    def _is_resumed(self, thread: Thread) -> bool:
        """Whether a generator's body runs here that opened a scope elsewhere, which nothing else brings."""
        around = [scope for chain in thread.chains() for scope in chain]
        return any(scope not in around for body in thread.running() for scope in body.brings())

    def carried(self, thread: Thread) -> list[Scope]:
        """What is made or started here carries all of it, as a chain."""
        return self.of(thread)[::-1]

    def refuses(self, thread: Thread, name: str) -> bool:
        """An operation that the policies of one name refuse: in the record of the innermost, and all around it."""
        scopes = self.of(thread)
        names = [scope.name for scope in scopes]
        if name not in names:
            return False
        for scope in scopes[names.index(name) :]:
            scope.records.append(name)
        for call in reversed(thread.calls[-8:]):
            for scope in call.callers:
                if scope not in scopes:
                    scope.records.append(name)
            scopes += call.callers
        return True

    # ---- contexts and threads ----

    def fresh(self, thread: Thread) -> Context:
        return Context(self.carried(thread))

    def copy(self, thread: Thread) -> Context:
        chain = list(thread.context.chain)
        if self._is_resumed(thread):
            chain[:0] = [scope for scope in self.carried(thread) if scope not in chain]
        return Context(chain)

    def given(self, thread: Thread, context: Context) -> Context:
        """A context that a task is given: itself, or a copy when it may lack later what is in force here."""
        carried = self.carried(thread)
        missing = [scope for scope in carried if scope not in context.chain]
        leaves = carried and (context.entered or any(scope.home is context for scope in carried))
        return Context(missing + context.chain) if missing or leaves else context

    def start_thread(self, starter: Thread) -> Thread:
        """A new thread holds what it was started under, whatever contexts it enters; its own carries it on."""
        carried = self.carried(starter)
        return Thread(list(carried), [Context(list(carried), entered=True)])

    def run(self, thread: Thread, context: Context):
        """Enter a context: what is in force here joins it, beneath its own, until `leave_run`."""
        if context.entered:
            raise RuntimeError
        joined = [scope for scope in self.carried(thread) if scope not in context.chain]
        own = list(context.chain)
        context.chain[:0] = joined
        context.entered = True
        thread.stack.append(context)
        return context, own, joined

    def leave_run(self, thread: Thread, token) -> None:
        context, own, joined = token
        assert thread.stack.pop() is context
        context.entered = False
        context.chain[:] = [scope for scope in context.chain if scope not in joined]
        for scope in context.chain:
            if joined and scope not in own:
                scope.orphan = True  # left open in there: stays, but ends alone

    def run_job(self, worker: Thread, carried: list[Scope]):
        """A job runs under what it came with; what it left open ends with it."""
        before = worker.base, list(worker.context.chain)
        worker.base = carried + worker.base
        worker.context.chain[:0] = [scope for scope in carried if scope not in worker.context.chain]
        return before

    def leave_job(self, worker: Thread, before) -> None:
        worker.base, worker.context.chain[:] = before

    # ---- entering and leaving ----

    def enter(self, thread: Thread, name: str, how: str, opener: Opener | None) -> Scope:
        scope = Scope(name, how, opener)
        self._push(thread, scope)
        return scope

    def _push(self, thread: Thread, scope: Scope) -> None:
        context = thread.context
        if scope.how != "call":
            own = [context.chain[index] for index in context.own()]
            calls = [other for other in own if other.how == "call" and other.home is context]
            scope.call = calls[-1] if calls else None
        scope.home, scope.thread = context, thread
        context.chain.append(scope)

    def leave(self, thread: Thread, scope: Scope) -> None:
        """The `with` statement that entered it is left, or its frame dies, or (a handle's) it is stopped."""
        if scope.ended and scope.how == "start":
            raise Refused
        at_home = scope.home is thread.context and scope.thread is thread
        if at_home:
            self._end_at_home(scope)
        elif scope.opener is not None and scope.opener.kind == "generator":
            # It counts no longer where it was entered; nothing goes from the context that happens to run this.
            scope.ended = True
            self._take_off(scope)
        else:
            scope.failed = scope.how != "start"
            raise Refused

    def fail(self, scope: Scope) -> None:
        """Somebody tried to end it otherwise than by its `with` statement."""
        scope.failed = True

    def _take_off(self, scope: Scope) -> None:
        """Off the chain of its home."""
        if scope.home is not None:
            scope.home.remove(scope)

    def _end_at_home(self, scope: Scope) -> None:
        scope.ended = True
        home = scope.home
        own = [home.chain[index] for index in home.own()]
        if scope not in own:
            return  # one around it was left first
        at = max(index for index, other in enumerate(own) if other is scope)
        above = own[at + 1 :]
        if scope.how == "start" or scope.orphan:
            above = [other for other in above if other.home is not home]
        if scope.how == "call":
            # What the body opened in another context, of which this one is a copy, stays here as copies do.
            above = [other for other in own if other in above or (other.call is scope and other.home is home)]
        self._take_off(scope)
        for other in above:
            fate = self._fate(other, home)
            if fate in ("dropped", "borrowed"):
                home.remove(other)
            if fate == "dropped":
                other.ended = True
            if fate == "suspended":
                other.orphan = True
                self.warnings += 1
            if fate in ("dropped", "suspended"):
                scope.left_open += 1

    def _fate(self, scope: Scope, home: Context) -> str:
        """What becomes of a scope above one that is left."""
        if scope.home is not home:
            return "borrowed"
        if scope.how in ("call", "trusted"):
            return "stays"
        if scope.how == "start" or scope.failed or scope.opener.state == "returned":
            return "dropped"
        return "suspended" if scope.opener.state == "suspended" else "stays"

    # ---- trusted functions ----

    def begin_trusted(self, thread: Thread, name: str | None, maker: list[Scope]) -> Scope:
        """Exchange the chain for the maker's, with the call's own scope on top."""
        context = thread.context
        scope = Scope(name, "trusted", None, context, thread)
        homes = [other for other in context.chain if other.home is context and not other.ended]
        thread.calls.append(
            Call(
                scope,
                context,
                list(context.chain),
                homes,
                self.of(thread),
                len(thread.stack) - 1,
                len(thread.bodies),
                thread.base,
            )
        )
        context.chain[:] = [*maker, scope]
        thread.base = []
        return scope

    def end_trusted(self, thread: Thread) -> None:
        """Put the caller's back, beneath what the body opened, and end the call as any scope ends."""
        call = thread.calls.pop()
        chain = call.context.chain
        at = max(index for index, other in enumerate(chain) if other is call.scope)
        saved = [other for other in call.chain if not (other.ended and other in call.homes)]
        chain[:] = [*saved, *chain[at:]]
        thread.base = call.base
        self._end_at_home(call.scope)
        call.scope.home = None

    # ---- decorated functions: one scope a call, on the chain while the body runs ----

    def resume_call(self, thread: Thread, scope: Scope) -> None:
        self._push(thread, scope)

    def suspend_call(self, scope: Scope) -> None:
        self._take_off(scope)
        scope.home = None

    def end_call(self, scope: Scope) -> None:
        self._end_at_home(scope)
        scope.home = None
