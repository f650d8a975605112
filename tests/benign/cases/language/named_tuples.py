"""Named tuples of both kinds."""

import collections
import typing


def guest(box):
    Pair = collections.namedtuple("Pair", "a b", defaults=[2])

    class Typed(typing.NamedTuple):
        a: int

    return Pair(1)._asdict(), Typed(1).a, Pair._make([3, 4])._replace(a=0)
