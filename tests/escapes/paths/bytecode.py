"""A module's byte code is written outside."""

import py_compile


def guest(world):
    (world.box / "module.py").write_text("x = 1")
    py_compile.compile(world.box / "module.py", cfile=world.outside / "module.pyc", doraise=True)
