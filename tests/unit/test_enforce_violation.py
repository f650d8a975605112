"""The violation classes: what they are to libraries, what they show, how they travel."""

import concurrent.futures
import copy
import errno
import gc
import json
import pickle
import shutil
import sys
import threading
import traceback

import pytest

import fastaudit
from fastaudit import ImportViolation, PermissionViolation, Violation, _core

LOCATION = _core.Location("/home/me/plugin.py", 40, "save")
ORIGIN = _core.Location("/srv/app.py", 12, "main")
MESSAGE = "write refused: /etc/motd is outside every allowed root of policy 'render'"
DETAILS = (
    "open", "modify", "/etc/motd", "render", None, "outside-root",
    LOCATION, ORIGIN, 'write=["/etc/motd"]', MESSAGE, "/etc/motd",
)  # fmt: skip


def permission(**changes):
    return _core.violation(False, changed(changes))


def changed(changes):
    names = [
        "event", "right", "target", "policy", "rule", "reason",
        "location", "origin", "suggestion", "message", "filename",
    ]  # fmt: skip
    return tuple(changes.get(name, detail) for name, detail in zip(names, DETAILS, strict=True))


def module_refused():
    return _core.violation(True, changed({"event": "import", "right": "imports", "target": "ctypes", "filename": None}))


BOTH = pytest.mark.parametrize("violation", [permission(), module_refused()], ids=["permission", "import"])


def test_a_violation_is_what_libraries_catch():
    assert isinstance(permission(), PermissionError)
    assert isinstance(module_refused(), ImportError)
    assert not isinstance(module_refused(), OSError)
    for violation in (permission(), module_refused()):
        with pytest.raises(Violation):
            raise violation


def test_a_permission_violation_has_what_libraries_look_at():
    violation = permission()
    assert violation.errno == errno.EACCES
    assert violation.strerror == MESSAGE
    assert violation.filename == "/etc/motd"
    assert violation.filename2 is None
    assert violation.args == (errno.EACCES, MESSAGE)
    assert permission(filename=None).filename is None


def test_an_import_violation_has_what_libraries_look_at():
    violation = module_refused()
    assert violation.name == "ctypes"
    assert violation.path is None
    assert violation.msg == MESSAGE


def test_the_attributes_are_the_details():
    violation = permission(rule="**/.env")
    assert violation.event == "open"
    assert violation.right == "modify"
    assert violation.target == "/etc/motd"
    assert violation.policy == "render"
    assert violation.rule == "**/.env"
    assert violation.reason == "outside-root"
    assert violation.location == LOCATION
    assert violation.origin == ORIGIN
    assert violation.suggestion == 'write=["/etc/motd"]'


@pytest.mark.parametrize(
    "name",
    ["event", "right", "target", "policy", "rule", "reason", "location", "origin", "suggestion"],
)
def test_no_attribute_can_be_changed(name):
    violation = permission()
    with pytest.raises(AttributeError):
        setattr(violation, name, "else")
    with pytest.raises(AttributeError):
        delattr(violation, name)


def test_the_text_is_one_line_that_names_the_target_once():
    assert str(permission()) == f"[Errno 13] {MESSAGE}"
    assert str(module_refused()) == MESSAGE
    lines = traceback.format_exception_only(permission())
    assert lines == [f"fastaudit.PermissionViolation: [Errno 13] {MESSAGE}\n"]
    assert repr(permission()) == f"PermissionViolation(13, {MESSAGE!r})"


@BOTH
def test_json_holds_every_attribute_and_the_message(violation):
    loaded = json.loads(violation.json())
    assert loaded.pop("message") == MESSAGE
    assert loaded.pop("location") == {"file": LOCATION.file, "line": 40, "function": "save"}
    assert loaded.pop("origin") == {"file": ORIGIN.file, "line": 12, "function": "main"}
    assert loaded == {name: getattr(violation, name) for name in loaded}
    assert len(loaded) == 7
    assert "\n" not in violation.json()


@pytest.mark.parametrize("text", ['"\\/', "\n\x00\x7f\x1b", "é€", "\U0001f40d", "a\udcff", "\ud800", ""])
def test_json_gives_back_every_text(text):
    violation = permission(target=text, location=_core.Location(text, 10**30 if not text else 1, None))
    loaded = json.loads(violation.json())
    assert loaded["target"] == text
    assert loaded["location"]["file"] == text
    assert loaded["location"]["function"] is None


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@BOTH
def test_a_violation_pickles_whole(violation, protocol):
    violation.add_note("seen by the test")
    violation.extra = [1]
    back = pickle.loads(pickle.dumps(violation, protocol))
    assert type(back) is type(violation)
    assert str(back) == str(violation)
    assert back.json() == violation.json()
    assert back.args == violation.args
    assert back.location == violation.location
    assert back.__notes__ == violation.__notes__
    assert back.extra == [1]
    assert getattr(back, "filename", None) == getattr(violation, "filename", None)
    assert getattr(back, "name", None) == getattr(violation, "name", None)
    del violation.__notes__, violation.extra


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
@BOTH
def test_a_violation_can_be_copied(violation, how):
    back = how(violation)
    assert back is not violation
    assert back.json() == violation.json()


def test_a_violation_travels_from_a_worker():
    def refuse():
        raise permission()

    with concurrent.futures.ThreadPoolExecutor(1) as pool, pytest.raises(PermissionViolation) as caught:
        pool.submit(refuse).result()
    assert caught.value.reason == "outside-root"


@pytest.mark.parametrize("cls", [Violation, PermissionViolation, ImportViolation])
def test_no_violation_can_be_made_by_hand(cls):
    for args in ((), (13, "x"), (13, "x", "y")):
        with pytest.raises(TypeError, match="raised by fastaudit alone"):
            cls(*args)
    for base in (BaseException, OSError, PermissionError, ImportError):
        with pytest.raises(TypeError):
            base.__new__(cls, 13, "x")


@pytest.mark.parametrize("cls", [Violation, PermissionViolation, ImportViolation, _core.Location])
def test_the_classes_cannot_be_changed(cls):
    with pytest.raises(TypeError):
        cls.event = None
    with pytest.raises(TypeError):
        cls.__str__ = None
    with pytest.raises(TypeError):
        del cls.__doc__


@pytest.mark.parametrize("cls", [PermissionViolation, ImportViolation, _core.Location])
def test_the_leaves_have_no_subclasses(cls):
    with pytest.raises(TypeError):
        type("Mine", (cls,), {})


def test_the_classes_say_where_they_are_public():
    for name in ("Violation", "PermissionViolation", "ImportViolation"):
        cls = getattr(fastaudit, name)
        assert f"{cls.__module__}.{cls.__qualname__}" == f"fastaudit.{name}"
        assert cls.__doc__


class Text(str):
    """A text of a guest, which answers as it likes."""

    def __str__(self):
        return "else"


@pytest.mark.parametrize("at", range(len(DETAILS)))
@pytest.mark.parametrize("wrong", [Text("x"), b"x", 1, ("a", 1, "f"), object()])
def test_details_of_another_kind_are_a_type_error(at, wrong):
    details = (*DETAILS[:at], wrong, *DETAILS[at + 1 :])
    with pytest.raises(TypeError):
        _core.violation(False, details)


@pytest.mark.parametrize("details", [(), DETAILS[:-1], (*DETAILS, None), list(DETAILS), None, (None,) * 11])
def test_details_of_another_number_are_a_type_error(details):
    with pytest.raises(TypeError):
        _core.violation(False, details)


def test_a_huge_target_stays_whole_in_the_attribute():
    huge = "/x" * 500_000
    violation = permission(target=huge, filename=huge)
    assert violation.target == violation.filename == huge
    assert json.loads(violation.json())["target"] == huge


def test_a_violation_in_a_cycle_is_collected():
    gone = threading.Event()

    class Witness:
        def __del__(self):
            gone.set()

    violation = permission()
    violation.itself = violation
    violation.witness = Witness()
    del violation
    gc.collect()
    assert gone.is_set()


def test_violations_leak_neither_themselves_nor_their_class():
    before = sys.getrefcount(PermissionViolation)
    details = changed({})
    held = sys.getrefcount(details)
    for _ in range(1000):
        _core.violation(False, details)
    assert sys.getrefcount(details) == held
    gc.collect()
    assert sys.getrefcount(PermissionViolation) <= before + 1


def test_shutil_treats_it_as_the_error_of_the_system(tmp_path):
    """What libraries do with a PermissionError they do with ours: collect it, and show its text."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_text("x")

    def refuse(*_):
        raise permission()

    with pytest.raises(shutil.Error) as caught:
        shutil.copytree(tmp_path / "a", tmp_path / "b", copy_function=refuse)
    assert MESSAGE in str(caught.value)


def test_a_location_is_a_named_value():
    assert str(LOCATION) == "/home/me/plugin.py:40 in save"
    assert str(_core.Location("/a.py", 3, None)) == "/a.py:3"
    assert repr(LOCATION) == "Location(file='/home/me/plugin.py', line=40, function='save')"
    file, line, function = LOCATION
    assert (file, line, function) == (LOCATION.file, LOCATION.line, LOCATION.function)
    assert LOCATION == ("/home/me/plugin.py", 40, "save")
    assert hash(LOCATION) == hash(("/home/me/plugin.py", 40, "save"))
    assert pickle.loads(pickle.dumps(LOCATION)) == LOCATION
    assert type(copy.deepcopy(LOCATION)) is _core.Location


@pytest.mark.parametrize("args", [(), ("a", 1), ("a", "1", "f"), (b"a", 1, "f"), (Text("a"), 1, "f"), ("a", True, "f")])
def test_a_location_of_wrong_kinds_is_a_type_error(args):
    with pytest.raises(TypeError):
        _core.Location(*args)
