"""Generated programs: every operation meets exactly its own policies, and everything is restored at the end."""

import sys
import sysconfig

import pytest
from authority_bodies import Order
from authority_world import NAMES, World
from hypothesis import example, given
from hypothesis import strategies as st
from longer import LONGEST, examples

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


def decode(data, kinds=KINDS):
    """Bytes to a program, so that shorter bytes are simpler programs: [(actor, order, name or None), …]."""
    rest = iter(data)

    def order(kinds, depth):
        kind = kinds[next(rest) % len(kinds)]
        byte = next(rest)
        name, number = NAMES[byte % len(NAMES)], byte // 4
        if kind not in NESTS and kind != "trusted":
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
            program.append((who, order(kinds, 3), under))
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

# A task that a thread has made by a loop which runs inside: it is held to that as well.
MADE_INSIDE = bytes.fromhex("c00500630508c10f00c10c00")

# A stack that nobody can end, in a generator that is gone: its callers had a copy of the context (leaked on 3.13).
NOBODYS = bytes.fromhex(
    "3c35cead3b904153190f2e0ef164ab254a5320707d796951e307fe6806711492f8c671ecd10d25c5459625d8f53897b9bf00"
    "9d8da561b2126b0d1f19720882e3bbe175c3ee9f84a0354c3a616502918ec66b6577f149e0e448b4e3a0ce8553c8ae7f21c1"
    "1370a1a52ddaa5f16b23a22ebb1f7cf4036ca1acf16ee7"
)

# An async generator is lost in the block of a manager: the collector closes the one, a loop the other.
LOST = bytes.fromhex(
    "21dabb22ead4f159a1969921fdcc06f580e9776ce9978abb97f03cbe35472d322aaf6b4f07659a8dda6ccec2891135054e5c"
    "97c0d6d078047b9f285709c688a3063c4d26216a29b83095d812e3e070dc71bf528baf67d3c090d33f0cca500b233c0accf8"
    "a4bcecbc0226457ea11130fb140acd6ace5844ad7c16a85b09740a7b5a23a5a9474d804b805d0c4c12d64e10bb19f9e31bf1"
    "17a0f8d087265f6938f633df33bd4901681d868ec40100fc23d23ff70917f8edd1e5f6da8924d01b2d5aeca2dde3fdd189d8"
    "394a58b6f872e0271230d2f2f3ccf74c59c3adc6095e0291076aaaad1f1327e1c8c507ecf6392789a1e80a2165f2dc168602"
    "fbfdfebd0dee2cf68b3a8a3054928c40dfb9290267c72bacddbeb648d33a618517cee12bb555636c2afd92de1717baaa03e0"
    "4400cf2f3145d5aacaebe26fd5a3c3357d8b3a69c80544a6339622a88f5c9609219b65d5947488f886f78b5507dbdf6dd1cd"
    "edec38e0577f77c634a79f8f6c8fa6654758c2079eec60674d2f6a4beb86cfa0bcf4932e1a1ef67022a83178e1dc3bb0ff0a"
)

# A decorated call is resumed by another one, which ends in a copy of the context: the copy keeps the first one's scope.
RESUMED = bytes.fromhex("2005252005240115050008002018080111000c00")

# Collections bring what is young to the end of the list of what is older, and what is in between after that.
IN_ORDER_OF_AGE = sys.version_info < (3, 14) and not sysconfig.get_config_var("Py_GIL_DISABLED")


@examples(200, 1000)
@example(data=DROPPED)
@example(data=MADE_INSIDE)
@example(data=NOBODYS)
@example(data=LOST)
@example(data=GONE)
@example(data=RESUMED)
@given(data=st.binary(min_size=40, max_size=LONGEST))
def test_every_operation_meets_exactly_its_own_policies_and_everything_is_restored(world, data):
    world.run(decode(data))


@examples(200, 1000)
@given(data=st.binary(min_size=40, max_size=LONGEST))
def test_trusted_calls_leave_their_callers_scopes_and_nothing_else_behind(world, data):
    world.run(decode(data, [*KINDS, *["trusted"] * 6]))


@pytest.mark.parametrize("in_loop", [False, True])
@pytest.mark.parametrize("around", [0, 1, 2])
@pytest.mark.parametrize("number", [1, 7], ids=["generator", "async generator"])
def test_the_collector_may_close_a_manager_before_the_body_that_uses_it(world, number, around, in_loop):
    spawn, enter, managed = Order("spawn", number=number), Order("enter"), Order("enter", "b", 2)
    inside = 2 - around
    program = [
        (0, Order("callback", orders=(spawn,)) if in_loop else spawn, None),
        (0, Order("age"), None),
        *((1, order, None) for order in [enter] * around + [managed] + [enter] * inside),
        (0, Order("drop"), None),
    ]
    world.run(program)
    assert world.model.warnings == inside or not IN_ORDER_OF_AGE
