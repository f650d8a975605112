"""Cost against the number of rules: an opened file, the event alone, and building the policy."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from measure import Case, World, main

NUMBERS = (10, 100, 1_000, 10_000, 100_000)
MANY = 200_000
BUILD_EXISTING = f"build a policy of {MANY:,} roots that exist"
BUILD_MISSING = f"build a policy of {MANY:,} roots that do not exist"
EVENTS = 100


def opened(number: int) -> str:
    return f"os.open + close under {number:,} roots"


def judged(number: int) -> str:
    return f"'open' event under {number:,} roots"


def roots(folder: str, number: int) -> list[str]:
    """Folders of folders, 500 in each, as the trees of projects and tenants are."""
    return [f"{folder}/group-{index // 500}/member-{index}" for index in range(number)]


def make(folders: list[str]) -> None:
    """Make the folders, unless an earlier process of the run has."""
    if not os.path.isdir(folders[-1]):
        for folder in folders:
            os.makedirs(folder, exist_ok=True)


def cases(world: World) -> Iterator[Case]:
    from instruments import raise_opens

    from fastaudit import Policy, sandbox

    folder = str(world.folder)
    for number in NUMBERS:
        listed = [*roots(f"{folder}/missing", number - 1), f"{folder}/held"]
        os.makedirs(f"{folder}/held", exist_ok=True)
        path = f"{folder}/held/file"
        open(path, "w").close()
        manager = sandbox(Policy(name=f"{number} roots", read=listed))
        names = {"open": os.open, "close": os.close, "path": path}
        yield Case(opened(number), "close(open(path, 0))", names, lambda manager=manager: manager)
        yield Case(
            judged(number),
            "raise_opens(path, number)",
            {"raise_opens": raise_opens, "path": path, "number": EVENTS},
            lambda manager=manager: manager,
            operations=EVENTS,
        )

    def build(listed: list[str], loops: int) -> float:
        spent = 0.0
        for _ in range(loops):
            begin = time.process_time()
            policy = Policy(read=listed)
            spent += time.process_time() - begin
            del policy
        return spent

    existing = roots(f"{folder}/existing", MANY)
    make(existing)
    yield Case(BUILD_EXISTING, value=lambda loops: build(existing, loops))
    missing = roots(f"{folder}/nowhere", MANY)
    yield Case(BUILD_MISSING, value=lambda loops: build(missing, loops))


if __name__ == "__main__":
    main(cases)
