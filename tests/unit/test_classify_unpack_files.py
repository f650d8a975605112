"""What the core reads from events about files: places, the rights asked there, and how it reads them."""

import os
import sqlite3

import pytest

from fastaudit import _core

RIGHTS = _core.RIGHTS


def read(event, *args):
    """The places of a file event, each as (name beneath the folder, rights, flags that are set)."""
    shown = _core.unpack(event, args)
    assert shown["shape"] == "files", shown
    here = os.fsencode(os.path.realpath(".")) + b"/"
    places = []
    for place in shown["operands"]["places"]:
        rights = {word for number, word in enumerate(RIGHTS) if place["asks"] >> number & 1}
        flags = {flag for flag in ("descriptor", "exists", "directory", "listing") if place[flag]}
        path = place["path"]
        path = path[len(here) :] if path.startswith(here) else path
        places.append((path, rights, flags, place["error"]))
    return places


def one(event, *args):
    (place,) = read(event, *args)
    assert place[3] == 0, os.strerror(place[3])
    return place[:3]


def shape(event, *args):
    return _core.unpack(event, args)["shape"]


def asks_nothing(event, *args):
    shown = _core.unpack(event, args)
    return shown["right"] == len(RIGHTS) and shown["shape"] == "none"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x")
    (tmp_path / "dir").mkdir()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "hanging").symlink_to("dir/new")
    return tmp_path


W, R, X = {"modify"}, {"read"}, {"create"}
CREATE = os.O_CREAT | os.O_WRONLY


@pytest.mark.parametrize(
    "path, mode, flags, asks",
    [
        ("file", "r", 0, R),
        ("file", "rb", 0, R),
        ("file", "w", 0, W),
        ("file", "a", 0, W),
        ("file", "x", 0, X),
        ("file", "r+", 0, R | W),
        ("file", "w+b", 0, R | W),
        ("new", "w", CREATE, X),
        ("new", "w+", os.O_CREAT | os.O_RDWR, R | X),
        ("new", "x+", 0, R | X),
        ("new", "r+", os.O_RDWR, R | W),
        ("new", "r", 0, R),
        ("file", "r", os.O_TRUNC, R | W),
        ("file", None, os.O_RDONLY, R),
        ("file", None, os.O_WRONLY, W),
        ("file", None, os.O_RDWR, R | W),
        ("file", None, os.O_RDONLY | os.O_TRUNC, R | W),
        ("file", None, os.O_RDONLY | os.O_CREAT, R),
        ("file", None, os.O_RDONLY | os.O_APPEND, R | W),
        ("new", None, os.O_RDONLY | os.O_CREAT, R | X),
        ("new", None, CREATE, X),
        ("new", None, os.O_WRONLY, W),
        ("file", None, CREATE | os.O_EXCL, X),
        ("file", None, os.O_WRONLY | os.O_RDWR, R | W),
    ],
)
def test_opening_asks_what_mode_and_flags_say(path, mode, flags, asks):
    assert one("open", path, mode, flags)[:2] == (os.fsencode(path), asks)


@pytest.mark.parametrize("mode", ["", "b", "t", "U", "\N{LATIN SMALL LETTER E WITH ACUTE}", 5, b"w", object()])
def test_a_mode_that_opens_nothing_is_broken(mode):
    assert shape("open", "file", mode, 0) == "broken"


def test_opening_follows_links_and_exclusive_creation_does_not():
    assert one("open", "link", "w", 0)[:2] == (b"file", W)
    assert one("open", "hanging", "w", 0)[:2] == (b"dir/new", X)
    assert one("open", "hanging", "x", 0)[:2] == (b"hanging", X)
    assert one("open", "link", None, os.O_RDONLY | os.O_NOFOLLOW)[0] == b"link"


def test_a_directory_is_listed_and_never_written():
    assert one("open", "dir", None, os.O_RDONLY | os.O_DIRECTORY) == (b"dir", R, {"exists", "directory", "listing"})
    assert one("open", "dir", None, os.O_RDONLY) == (b"dir", R, {"exists", "directory"})  # a file may take its place


def test_a_directory_that_is_opened_for_writing_is_asked_for_as_the_file_that_may_take_its_place():
    assert one("open", "dir", "w+", CREATE) == (b"dir", R | W | X, {"exists", "directory"})
    assert one("open", "dir", None, os.O_RDWR) == (b"dir", R | W, {"exists", "directory"})
    assert one("open", "dir", None, os.O_WRONLY)[1] == W
    assert one("open", "dir", "x", CREATE | os.O_EXCL)[1] == X


def test_a_file_without_a_name_is_made_in_its_folder():
    path, asks, flags = one("open", "dir", None, os.O_TMPFILE | os.O_RDWR)
    assert path.startswith(b"dir/")
    assert asks == R | W | X
    assert not flags
    assert one("open", "/", None, os.O_TMPFILE | os.O_WRONLY)[0].count(b"/") == 1


def test_a_handle_for_a_place_reads_names_only():
    assert one("open", "file", None, os.O_PATH | os.O_RDWR | os.O_TRUNC) == (b"file", R, {"exists", "listing"})


@pytest.mark.parametrize("number", [3, True, False, -5, type("Int", (int,), {})(7)])
def test_the_number_of_an_open_file_is_a_descriptor(number):
    for event, rest in (("open", ("w", 0)), ("os.truncate", (0,)), ("os.chdir", ())):
        place = one(event, number, *rest)
        assert place[0] == b""
        assert "descriptor" in place[2]


def test_metadata_of_an_open_file_is_that_of_what_it_leads_to(folder):
    number = os.open(folder / "file", os.O_RDONLY)
    try:
        assert one("os.chmod", number, 0, -1) == one("os.chmod", "file", 0, -1)
    finally:
        os.close(number)
    ends = os.pipe()
    assert "descriptor" in one("os.chmod", ends[0], 0, -1)[2]
    for end in ends:
        os.close(end)


ONE_NAME = [
    ("os.listdir", ("dir",), R, {"exists", "directory", "listing"}),
    ("os.scandir", ("dir",), R, {"exists", "directory", "listing"}),
    ("os.chdir", ("dir",), R, {"exists", "directory", "listing"}),
    ("os.remove", ("file", -1), {"delete"}, {"exists"}),
    ("os.remove", ("link", -1), {"delete"}, {"exists"}),
    ("os.rmdir", ("dir", -1), {"delete"}, {"exists", "directory"}),
    ("os.mkdir", ("new", 0o777, -1), X, set()),
    ("os.truncate", ("file", 0), W, {"exists"}),
    ("os.chmod", ("file", 0, -1), {"metadata"}, {"exists"}),
    ("os.chown", ("file", 0, 4294967295, -1), {"metadata"}, {"exists"}),
    ("os.utime", ("file", None, None, -1), {"metadata"}, {"exists"}),
    ("os.setxattr", ("file", "user.a", b"v", 0), {"metadata"}, {"exists"}),
    ("os.removexattr", ("file", b"user.a"), {"metadata"}, {"exists"}),
    ("os.getxattr", ("file", "user.a"), R, {"exists"}),
    ("os.listxattr", ("file",), R, {"exists", "listing"}),
]


@pytest.mark.parametrize("event, args, asks, flags", ONE_NAME)
def test_an_act_on_one_name_asks_its_right(event, args, asks, flags):
    assert one(event, *args) == (os.fsencode(args[0]), asks, flags)


@pytest.mark.parametrize("event", ["os.listdir", "os.scandir", "os.listxattr"])
def test_none_is_the_current_directory(event, folder):
    assert one(event, None)[0] == os.fsencode(os.path.realpath(folder))


@pytest.mark.parametrize(
    "event, rest",
    [
        ("os.chmod", (0, -1)),
        ("os.chown", (0, 0, -1)),
        ("os.utime", (None, None, -1)),
        ("os.getxattr", ("a",)),
        ("os.listxattr", ()),
    ],
)
def test_a_link_is_judged_by_both_readings_where_the_event_does_not_tell(event, rest):
    assert [place[0] for place in read(event, "link", *rest)] == [b"file", b"link"]


def test_making_what_is_there_asks_nothing():
    assert asks_nothing("os.mkdir", "dir", 0o777, -1)
    assert asks_nothing("os.mkdir", "/", 0o777, -1)


def test_renaming_asks_to_delete_what_lies_at_the_new_place():
    assert [place[:2] for place in read("os.rename", "file", "new", -1, -1)] == [(b"file", {"delete"}), (b"new", X)]
    assert read("os.rename", "dir", "link", -1, -1)[1][:2] == (b"link", {"create", "delete"})


def test_a_hard_link_to_a_symbolic_link_is_not_judged_by_one_reading():
    assert [place[:2] for place in read("os.link", "file", "new", -1, -1)] == [
        (b"file", set()),
        (b"new", {"link", "create"}),
    ]
    assert read("os.link", "link", "new", -1, -1)[0][3] != 0


@pytest.mark.parametrize(
    "text, link, target",
    [
        ("../file", "dir/new", b"file"),
        ("file", "new", b"file"),
        ("/etc", "new", b"/etc"),
        ("missing", "dir/new", b"dir/missing"),
        ("link", "new", b"file"),
    ],
)
def test_the_text_of_a_link_counts_from_its_folder(text, link, target):
    places = read("os.symlink", text, link, -1)
    assert places[0][:2] == (target, set())
    assert places[1][:2] == (os.fsencode(link), {"link", "create"})


def test_dir_fd_is_where_names_count_from():
    number = os.open("dir", os.O_RDONLY)
    try:
        assert one("os.mkdir", "a", 0, number)[0] == b"dir/a"
        assert one("os.remove", b"a", number)[0] == b"dir/a"
        assert [place[0] for place in read("os.rename", "a", "file", number, -1)] == [b"dir/a", b"file"]
        assert [place[0] for place in read("os.symlink", "../file", "a", number)] == [b"file", b"dir/a"]
    finally:
        os.close(number)
    assert read("os.remove", "a", -7)[0][3] != 0


DATABASES = [
    (("new.db",), b"new.db", R | X),
    (("file",), b"file", R | W),
    ((b"file",), b"file", R | W),
    (("file:/proc/version?mode=ro", True), b"/proc/version", R),
    (("file:///proc/version?mode=ro&immutable=1", True), b"/proc/version", R),
    (("file://localhost/proc/%76ersion?mode=ro#x", True), b"/proc/version", R),
    (("file:file?mode=rw", True), b"file", R | W),
    (("file:new?mode=rw", True), b"new", R | W),
    (("file:new", True), b"new", R | X),
    (("file:file?mode=ro&mode=rwc", True), b"file", R | W),
    (("file:file?mod%65=rwc&mode=ro", True), b"file", R | W),
    (("file:file?mode=ro", False), b"file:file?mode=ro", R | X),
]


@pytest.mark.parametrize("args, path, asks", DATABASES)
def test_a_database_is_the_file_that_sqlite_opens(args, path, asks):
    assert one("sqlite3.connect", *args)[:2] == (path, asks)


def test_a_name_that_may_be_a_uri_is_left_to_the_event_of_the_file():
    assert asks_nothing("sqlite3.connect", "file:file?mode=ro")


@pytest.mark.parametrize("name", [":memory:", "", "file::memory:?cache=shared", "file:/proc/x?mode=memory"])
def test_a_database_in_memory_asks_nothing(name):
    assert asks_nothing("sqlite3.connect", name, True)
    sqlite3.connect(name, uri=True).close()


@pytest.mark.parametrize("name", ["file://elsewhere/x", "file:a%00b"])
def test_a_uri_that_names_no_file_is_broken(name):
    assert shape("sqlite3.connect", name, True) == "broken"


class Liar(str):
    """A str that answers with something else to whoever asks it."""

    def __fspath__(self):
        raise AssertionError

    __str__ = __eq__ = __len__ = encode = __getitem__ = __iter__ = startswith = __fspath__
    __hash__ = str.__hash__


class Lies(bytes):
    def __fspath__(self):
        raise AssertionError

    __eq__ = __len__ = __getitem__ = __iter__ = __buffer__ = __bytes__ = __fspath__
    __hash__ = bytes.__hash__


class Path:
    def __fspath__(self):
        raise AssertionError

    __index__ = __int__ = __bytes__ = __str__ = __fspath__


@pytest.mark.parametrize("name", [Liar("file"), Lies(b"file")], ids=["str", "bytes"])
def test_subclasses_are_read_by_what_they_hold(name):
    assert one("open", name, "r", 0)[0] == b"file"


@pytest.mark.parametrize(
    "text, encoded",
    [
        ("n\N{LATIN SMALL LETTER E WITH ACUTE}", "n\N{LATIN SMALL LETTER E WITH ACUTE}".encode()),
        ("\N{EURO SIGN}\N{GRINNING FACE}", "\N{EURO SIGN}\N{GRINNING FACE}".encode()),
        ("a\udcff\udc80", b"a\xff\x80"),
        (Liar("\N{EURO SIGN}"), b"\xe2\x82\xac"),
    ],
    ids=["two", "three and four", "no text", "subclass"],
)
def test_names_are_encoded_as_the_file_system_has_them(text, encoded):
    assert one("open", text, "w", 0)[0] == encoded


@pytest.mark.parametrize(
    "name",
    [Path(), None, 1.5, bytearray(b"file"), memoryview(b"file"), "a\0b", b"a\0b", "\ud800", "a\udc7f", [], 2**80],
    ids=lambda name: type(name).__name__,
)
def test_what_is_no_path_is_broken(name):
    assert shape("open", name, "r", 0) == "broken"
    assert shape("os.rename", name, "file", -1, -1) == "broken"
    assert shape("os.remove", name, -1) == "broken"


@pytest.mark.parametrize(
    "name", ["x" * 1_000_000, "\N{EURO SIGN}" * 300_000, "a/" * 500_000, b"y" * 1_000_000], ids=range(4)
)
def test_a_name_that_is_too_long_cannot_be_resolved(name):
    assert read("open", name, "r", 0)[0][3] != 0
    assert read("os.rename", "file", name, -1, -1)[1][3] != 0
    assert read("os.symlink", name, "new", -1)[0][3] != 0


EVENTS = sorted({event for event, *_ in ONE_NAME} | {"open", "os.rename", "os.link", "os.symlink", "sqlite3.connect"})


@pytest.mark.parametrize("event", EVENTS)
def test_arguments_of_any_other_shape_never_crash_nor_pass_for_a_place(event):
    for operand in (None, object(), Path(), "", 2**70, -(2**40), (), {}):
        for count in range(8):
            shown = _core.unpack(event, (operand,) * count)
            assert shown["shape"] != "files" or operand is None or isinstance(operand, (str, int))
