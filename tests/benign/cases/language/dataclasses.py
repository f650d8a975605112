"""Dataclasses made on the fly, frozen, with slots."""

import dataclasses


def guest(box):
    @dataclasses.dataclass(frozen=True, slots=True, order=True, kw_only=True)
    class Point:
        x: int
        y: int = 0
        tags: list = dataclasses.field(default_factory=list, compare=False)

    made = dataclasses.make_dataclass("Made", [("a", int), ("b", int, 2)])
    return dataclasses.astuple(Point(x=1)), repr(made(1)), Point(x=1) < Point(x=2)
