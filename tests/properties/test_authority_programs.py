"""Generated programs: every operation meets exactly its own policies, and everything is restored at the end."""

import pytest
from authority_bodies import Order
from authority_world import NAMES, World
from hypothesis import example, given
from hypothesis import strategies as st
from longer import examples

BEGINS = [
    "enter",
    "enter",
    "enter",
    "enter",
    "start",
    "spawn",
    "spawn",
    "spawn",
    "copy",
    "fresh",
    "abandon",
    "attack",
    "probe",
]
ENDS = ["leave", "leave", "raise", "close", "throw", "cancel", "drop", "stop"]
NESTS = ["resume", "resume", "resume", "run", "run", "run", "block", "callback", "callback", "job", "await"]
KINDS = BEGINS + ENDS + NESTS
# A job that comes from nobody's scope leaves its worker as it found it.
OF_JOBS = ["probe", "copy", "fresh", "spawn", "attack", "block", "callback"]


def decode(data):
    """Bytes to a program, so that shorter bytes are simpler programs: [(actor, order, name or None), …]."""
    rest = iter(data)

    def order(kinds, depth):
        kind = kinds[next(rest) % len(kinds)]
        byte = next(rest)
        name, number = NAMES[byte % len(NAMES)], byte // 4
        if kind not in NESTS:
            return Order(kind, name, number)
        if kind in ("job", "await"):
            kinds = OF_JOBS
        elif depth == 0:
            kinds = BEGINS + ENDS
        count = 1 + next(rest) % 3 if depth else 1
        return Order(kind, name, number, tuple(order(kinds, depth - 1) for _ in range(count)))

    program = []
    try:
        while True:
            byte = next(rest)
            who, under = byte % 32, NAMES[byte // 32] if byte // 32 < len(NAMES) and byte % 3 == 0 else None
            program.append((who, order(KINDS, 3), under))
    except StopIteration:
        return program
    except RuntimeError:  # a generator expression ran out
        return program


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return World(tmp_path_factory.mktemp("world").resolve())


# An async generator is dropped in a `with` of contextlib's: an error that nobody can catch.
DROPPED = bytes.fromhex(
    "e1874e89a3ce344de9e0075d29ae8ce22c3d56887332839338331beb785e67009a71f91161177355b0815c442263993d82b2de221a9402457d"
)

# A generator's stack is left when the context that it was entered in is gone.
GONE = bytes.fromhex("00000000000000050401150001000000000000000000000018002015000015000000000000150000000c")


@examples(30, 100)
@example(data=DROPPED)
@example(data=GONE)
@given(data=st.binary(min_size=40, max_size=400))
def test_every_operation_meets_exactly_its_own_policies_and_everything_is_restored(world, data):
    world.run(decode(data))
