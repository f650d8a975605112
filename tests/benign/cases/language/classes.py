"""Abstract classes, metaclasses, descriptors, generics, protocols."""

import abc
import functools
import typing

T = typing.TypeVar("T")


class Meta(abc.ABCMeta):
    def __new__(cls, name, bases, names, **options):
        return super().__new__(cls, name, bases, names | {"options": options})


def guest(box):
    class Base(typing.Generic[T], metaclass=Meta, good=True):
        @functools.cached_property
        def value(self):
            return 1

        @functools.singledispatchmethod
        def told(self, thing):
            return "thing"

        @told.register
        def _(self, thing: int):
            return "int"

    made = Base[int]()
    return made.value, made.told(1), made.told(""), Base.options
