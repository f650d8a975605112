"""The functions and classes of the C core that the package calls: entries of leaks.py, by the core's own names."""

import asyncio
import contextlib
import os

from growth import attempt, entry

from fastaudit import Policy, _core, sandbox

POLICY = Policy(name="guest", read=["/usr"])
RULES = POLICY._ruleset
EMPTY = {
    "name": "x",
    "allow": 0,
    "deny": 0,
    "paths": (),
    "addresses": (),
    "commands": (),
    "imports": None,
    "natives": None,
    "env": (),
    "events": (),
    "unknown": True,
    "common": None,
}
FULL = {
    **EMPTY,
    "paths": [(b"/usr", 0, 1, 0, 0, "/usr"), (b"**/x*", 1, 0, 1, 0, "**/x*")],
    "addresses": [(1 << 6, False, False, "127.0.0.1:9"), (1 << 6, True, False, "*.example:80")],
    "commands": [(False, False, "true", b"/bin/true", b"/bin/true", ("a", "*"), True, "true a *")],
    "imports": [(False, "json"), (True, "ctypes")],
    "natives": [(False, "numpy.*")],
    "env": [(False, "X_*"), (True, "X_Y")],
    "events": [(False, "mylib.*"), (True, "mylib.event")],
}
EVENTS = [
    ("open", ("/etc/passwd", "r", 0)),
    ("open", (b"x", "w", os.O_WRONLY)),
    ("os.rename", ("/a", "/b", -1, -1)),
    ("socket.connect", (None, ("127.0.0.1", 9))),
    ("socket.getaddrinfo", ("a.example", 80, 0, 0, 0)),
    ("subprocess.Popen", ("true", ["true", "a"], None, {"A": "b"})),
    ("import", ("json", None, None, None, None)),
    ("os.putenv", (b"A", b"b")),
    ("mylib.event", (object(),)),
    ("open", ()),
    ("os.rename", (1, 2, 3, 4)),
]


@entry("_core.Ruleset", "_core.Ruleset.__new__", "_core.Ruleset.both", "_core.Ruleset.decide", "_core.Ruleset.__repr__")
def rulesets():
    made = _core.Ruleset(**FULL)
    for rules in (made, _core.Ruleset(**EMPTY), _core.Ruleset.both(made, RULES)):
        for event, args in EVENTS:
            attempt(rules.decide, event, args)
        attempt(rules.decide, "open", None)
        repr(rules)
    attempt(_core.Ruleset.both, made, None)
    # Wrong in the last row, so that what was compiled of those before it has to go.
    for name, rows in FULL.items():
        attempt(_core.Ruleset, **FULL | {name: b"x"})
        if rows and isinstance(rows, list):
            attempt(_core.Ruleset, **FULL | {name: [*rows, 5]})
            attempt(_core.Ruleset, **FULL | {name: [*rows, rows[0][:-1]]})
    attempt(_core.Ruleset, **FULL | {"addresses": [(1, False, False, "no address:x:y")]})
    attempt(_core.Ruleset)


@entry("_core.Frozen", "_core.Frozen.__new__", "_core.seal")
def values():
    value = _core.Frozen((1, [2]), RULES, ("x",))
    attempt(setattr, value, "_fields", ())
    attempt(_core.Frozen, 1, None, None)
    attempt(_core.Frozen, x=1)

    class Sub(_core.Frozen):
        pass

    _core.seal(Sub)
    attempt(setattr, Sub, "x", 1)
    attempt(_core.seal, int)
    attempt(_core.seal, 5)
    return Sub((value,), None, ())


@entry("_core.check_address", "_core.check_pattern")
def checks():
    for text in ("127.0.0.1:80", "*.example.com:*", "[::1]:9", "a:99999", "a b", "10.0.0.0/99:1", "x" * 9_000, 5):
        attempt(_core.check_address, text)
        attempt(_core.check_address, text, True)
    for pattern in (b"/a/**/b*", b"[", b"a\0b", b"**" * 2_000, 5):
        attempt(_core.check_pattern, pattern)


@entry("_core.resolve", "_core.resolve_many")
def resolving():
    for path in (
        b"/proc/self/exe",
        b".",
        b"/usr/../etc//passwd",
        b"/etc/passwd/x",
        b"",
        b"a\0b",
        b"/x" * 3_000,
        "/etc",
        5,
    ):
        attempt(_core.resolve, path)
        attempt(_core.resolve, path, False)
    for paths in (["/usr", "/etc/passwd/x", "/x" * 3_000, "\udcff"], [5], ["a\0b"], ("/usr",), None):
        attempt(_core.resolve_many, paths)


@entry("_core.unpack")
def unpacking():
    for event, args in EVENTS:
        attempt(_core.unpack, event, args)
    attempt(_core.unpack, "open", [1])
    attempt(_core.unpack, 5, ())


DETAILS = ("open", "read", "/x", "guest", None, "outside-root", None, None, None)


@entry("_core.violation", "_core.Violation", "_core.PermissionViolation", "_core.ImportViolation")
def violations():
    with sandbox(POLICY) as box:
        attempt(open, "/etc/passwd")
    _, details = box.violations[0].__reduce__()[:2]
    for is_import in (False, True):
        attempt(_core.violation, is_import, *details[1:])
        attempt(_core.violation, is_import, DETAILS)
        attempt(_core.violation, is_import, (5,) * len(DETAILS))
        attempt(_core.violation, is_import, ())
    for kind in (_core.Violation, _core.PermissionViolation, _core.ImportViolation):
        attempt(kind, "x")
        attempt(kind)


@entry("_core.Location", "_core.Box", "_core.Handle")
def what_nobody_makes():
    for kind in (_core.Location, _core.Box, _core.Handle):
        for args in ((), ("x",), ("x", 1, "f")):
            attempt(kind, *args)
            attempt(kind.__new__, kind, *args)


@entry("_core.manage", "_core.Sandbox", "_core.Sandbox.__new__", "_core.current", "_core.carry")
def managers():
    for strict, warn in ((False, False), (True, False), (False, True)):
        with contextlib.suppress(_core.Violation), _core.manage(POLICY, RULES, strict, warn):
            _core.current()
            attempt(open, "/etc/passwd")
            attempt(_core.carry(open), "/etc/passwd")
            attempt(_core.carry, 5)
    attempt(_core.manage, None, None, False, False)
    attempt(_core.manage, POLICY)
    with _core.Sandbox(POLICY, RULES, strict=False, warn=True):
        attempt(_core.current, 5)
    attempt(_core.Sandbox, POLICY, None)
    attempt(_core.Sandbox, POLICY, RULES, strict=1, of=2)


def body(*, fails=False):
    yield 1
    if fails:
        raise ValueError
    attempt(open, "/etc/passwd")
    yield 2


async def suspended():
    yield 1
    await asyncio.sleep(0)
    yield 2


@entry("_core.Steps", "_core.Steps.__new__", "_core.Steps.drive", "_core.Steps.end", "_core.Steps.__iter__")
@entry("_core.Steps.__next__", "_core.Steps.send", "_core.Steps.throw", "_core.Steps.close", "_core.Steps.__await__")
def steps():
    manager = sandbox(POLICY)
    for fails in (False, True):
        made = _core.Steps(manager)
        driver = made.drive(body(fails=fails))
        next(driver)
        attempt(driver.send, None)
        attempt(made.end)
        attempt(driver.close)
        attempt(next, driver)
    driver = _core.Steps(manager).drive(body())
    next(iter(driver))
    attempt(driver.throw, ValueError())
    attempt(driver.throw, 5)
    generator = suspended()
    driver = _core.Steps(manager).drive(generator.asend(None), generator)
    attempt(next, driver.__await__())
    attempt(_core.Steps(manager).drive, 5, 6)
    attempt(_core.Steps, 5)
    del driver
    half = _core.Steps(manager).drive(body())
    next(half)  # and is dropped


async def waiting(*futures):
    for future in futures:
        try:
            await future
        except BaseException:
            attempt(open, "/etc/passwd")


@entry("_core.Stepper", "_core.Stepper.__new__", "_core.Stepper.__iter__", "_core.Stepper.__next__")
@entry("_core.Stepper.send", "_core.Stepper.throw", "_core.Stepper.close", "_core.Stepper.__await__")
def stepping():
    async def main():
        loop = asyncio.get_running_loop()
        futures = [loop.create_future() for _ in range(3)]
        stepper = _core.Stepper(waiting(*futures))
        for future in futures[:2]:
            shown = stepper.send(None)
            future.set_exception(ValueError())
            await asyncio.sleep(0)
            attempt(stepper.throw, ValueError() if shown.done() else 5)
            shown.cancel()
            attempt(stepper.throw, asyncio.CancelledError())
        attempt(next, iter(stepper))
        stepper.close()
        half = _core.Stepper(waiting(loop.create_future(), object()))
        next(half.__await__())  # and is dropped
        attempt(_core.Stepper, 5)

    asyncio.run(main())


@entry("_core.trust", "_core.copy_function")
def trusting():
    def function(a=1, *, b=2):
        return a, b

    copy = _core.copy_function(function)
    for kind in (0, 1, 2, 9, "x"):
        for manager in (None, sandbox(POLICY), 5):
            attempt(lambda kind=kind, manager=manager: _core.trust(copy, kind, "name", manager)(3))
            attempt(lambda kind=kind, manager=manager: _core.trust(copy, kind, "name", manager, ValueError)(b=3))
    attempt(_core.trust, 5, 0, "name", None)
    attempt(_core.trust)
    attempt(_core.copy_function, 5)
    attempt(_core.copy_function, len)


@entry("_core.install", "_core.resume_floor")
def mistaken_floors():
    # What it holds to when it is right stays for good: leaks.py measures that in a child.
    for wrong in ((), (POLICY,), (POLICY, None), (POLICY, RULES, True)):
        attempt(_core.install, *wrong)
    _core.resume_floor()
    attempt(_core.resume_floor, None)
