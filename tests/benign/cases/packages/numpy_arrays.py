"""numpy: arithmetic, random numbers, files."""

import numpy


def guest(box):
    matrix = numpy.linspace(0, 1, 16).reshape(4, 4) + numpy.eye(4)
    numpy.savez(box / "all", matrix=matrix)
    again = numpy.load(box / "all.npz")["matrix"]
    return bool(numpy.allclose(again @ numpy.linalg.inv(matrix), numpy.eye(4))), numpy.random.default_rng(1).integers(9)
