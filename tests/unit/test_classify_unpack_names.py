"""What the core reads from events about modules, libraries, variables and attributes."""

import os
import types

import pytest

from fastaudit import _core

RIGHTS = _core.RIGHTS


def unpack(event, *args):
    return _core.unpack(event, args)


def name(event, *args):
    shown = unpack(event, *args)
    assert shown["shape"] == "name", shown
    return RIGHTS[shown["right"]], shown["operands"]


def asks_nothing(event, *args):
    shown = unpack(event, *args)
    return shown["right"] == len(RIGHTS) and shown["shape"] == "none"


def test_an_import_is_native_when_it_shows_a_file(tmp_path):
    right, read = name("import", "pkg.mod", None, [], [], [])
    assert (right, read["name"], read["file"]["path"]) == ("imports", b"pkg.mod", b"")
    (tmp_path / "link.so").symlink_to("real.so")
    right, read = name("import", "pkg.mod", str(tmp_path / "link.so"), None, None, None)
    assert (right, read["name"]) == ("native", b"pkg.mod")
    assert read["file"]["path"] == os.fsencode(os.path.realpath(tmp_path)) + b"/real.so"


def test_a_library_is_the_program_itself_a_file_or_a_name_to_search():
    assert name("ctypes.dlopen", None)[1]["name"] == b""
    assert name("ctypes.dlopen", "libm.so.6")[1]["file"]["path"] == b""
    assert name("ctypes.dlopen", "/usr/../etc")[1]["file"]["path"] == b"/etc"


def test_a_variable_is_shown_with_its_value():
    right, read = name("os.putenv", b"A", b"\xff")
    assert (right, read["name"], read["value"]) == ("env", b"A", b"\xff")
    assert name("os.unsetenv", b"A")[1]["name"] == b"A"


def test_loading_extensions_of_sqlite_is_native_and_forbidding_it_asks_nothing():
    assert RIGHTS[unpack("sqlite3.enable_load_extension", None, True)["right"]] == "native"
    assert asks_nothing("sqlite3.enable_load_extension", None, False)
    assert name("sqlite3.load_extension", None, "/etc")[1]["file"]["path"] == b"/etc"


def test_a_callback_of_monitoring_may_always_be_taken_away():
    assert asks_nothing("sys.monitoring.register_callback", None)
    assert RIGHTS[unpack("sys.monitoring.register_callback", print)["right"]] == "trace"


def generator(a, *, b=1):
    def inner():
        return a

    yield inner


class Loud(str):
    def __eq__(self, other):
        raise AssertionError

    __hash__ = str.__hash__


def test_attributes_are_ordinary_but_for_the_code_of_a_function():
    for attribute in ("__defaults__", "__kwdefaults__", "__class__", "__name__", "__doc__", "__bases__", "__code"):
        assert asks_nothing("object.__setattr__", generator, attribute, None)
    for value in (asks_nothing.__code__, None, 5, compile("1", "", "eval")):
        assert RIGHTS[unpack("object.__setattr__", generator, "__code__", value)["right"]] == "introspect"
    assert asks_nothing("object.__getattr__", generator, "__code__")


def test_marking_a_generator_as_a_coroutine_is_ordinary():
    code = types.coroutine(generator).__code__
    seen = []
    assert asks_nothing("object.__setattr__", generator, "__code__", code)
    assert asks_nothing("object.__setattr__", generator, "__code__", code.replace(co_flags=code.co_flags ^ 0x100))
    for change in (
        {"co_flags": code.co_flags | 0x80},
        {"co_consts": (*code.co_consts[:-1], Loud("x"))},
        {"co_names": (*code.co_names, "x")},
        {"co_code": code.co_code[:-2] + b"\x09\x00"},
        {"co_stacksize": code.co_stacksize + 1},
        {"co_exceptiontable": code.co_exceptiontable + b"\0"},
    ):
        other = code.replace(**change)
        seen.append(unpack("object.__setattr__", generator, "__code__", other)["right"])
    assert {RIGHTS[right] for right in seen} == {"introspect"}


@pytest.mark.parametrize("event", ["import", "ctypes.dlopen", "os.putenv", "os.unsetenv", "object.__setattr__"])
def test_arguments_of_another_shape_are_broken(event):
    for operand in (object(), 5, b"a\0b", "\ud800", []):
        for count in (0, 1, 2, 3, 4, 6):
            if not (event == "object.__setattr__" and isinstance(operand, str)):
                assert unpack(event, *(operand,) * count)["shape"] == "broken", (operand, count)
