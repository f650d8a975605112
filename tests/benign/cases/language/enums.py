"""Enumerations, flags, and those made by a call."""

import enum


def guest(box):
    class Mode(enum.Flag, boundary=enum.KEEP):
        READ = enum.auto()
        WRITE = enum.auto()

    class Word(enum.StrEnum):
        YES = enum.auto()

    return str(Mode.READ | Mode.WRITE), Word.YES.value, [one.name for one in enum.Enum("Late", "A B")]
