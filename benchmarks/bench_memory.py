"""Bytes: of a rule beyond its text, of a small policy, and of a live scope. Runs with every allocation going to malloc."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

from bench_rules import roots
from measure import Case, World, main

RULES = 100_000
SCOPES = 10_000
POLICIES = 1_000
RULE = "bytes of a compiled rule beyond its text"
POLICY = "bytes of a rule in a policy beyond its text"
SMALL = "bytes of a policy of one root"
SCOPE = "bytes of a live scope"


def used() -> int:
    from instruments import heap

    gc.collect()
    return int(heap())


def held(make: Callable[[], Any]) -> int:
    """How many bytes what *make* gives holds, once it is made a second time: the first fills caches."""
    make()
    before = used()
    thing = make()
    after = used()
    del thing
    return after - before


def rule_bytes(folder: str, compiled: bool) -> float:
    from fastaudit import Policy

    listed = roots(folder, RULES)
    text = sum(len(root) for root in listed)
    whole = held(lambda: Policy(read=listed))
    if compiled:
        # What is left when the policy's own fields, Python objects that print and compare, are gone.
        def ruleset() -> object:
            return Policy(read=listed)._ruleset

        whole = held(ruleset)
    return (whole - text) / RULES


def policy_bytes(folder: str) -> float:
    from fastaudit import Policy

    return held(lambda: [Policy(read=[f"{folder}/{number}"]) for number in range(POLICIES)]) / POLICIES


def scope_bytes(folder: str) -> float:
    """Generators suspended in a block, against generators suspended in none: the scope, its box, what ends it."""
    from fastaudit import Policy, sandbox

    manager = sandbox(Policy(read=[folder]))

    def outside() -> Iterator[None]:
        yield

    def inside() -> Iterator[None]:
        with manager:
            yield

    def make(suspended: Callable[[], Iterator[None]]) -> list[Any]:
        made = [suspended() for _ in range(SCOPES)]
        for generator in made:
            next(generator)
        return made

    def end(made: list[Any]) -> None:
        for generator in reversed(made):
            generator.close()

    sizes = []
    for suspended in (outside, inside):
        end(make(suspended))
        before = used()
        made = make(suspended)
        sizes.append(used() - before)
        end(made)
    return (sizes[1] - sizes[0]) / SCOPES


def cases(world: World) -> Iterator[Case]:
    folder = str(world.folder)
    yield Case(RULE, value=lambda loops: loops * rule_bytes(folder, True), unit="byte")
    yield Case(POLICY, value=lambda loops: loops * rule_bytes(folder, False), unit="byte")
    yield Case(SMALL, value=lambda loops: loops * policy_bytes(folder), unit="byte")
    yield Case(SCOPE, value=lambda loops: loops * scope_bytes(folder), unit="byte")


if __name__ == "__main__":
    main(cases)
