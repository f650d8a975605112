"""Files that are opened in ways their events do not show."""

import functools
import gc
import io
import os
import pathlib
import shutil
import sqlite3
import threading

import pytest

from fastaudit import Deny, PermissionViolation, Policy, sandbox


@pytest.fixture
def box(tmp_path):
    """Give a folder that may be read and written, with a file in it."""
    folder = tmp_path / "box"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    return folder


@pytest.fixture
def outside(tmp_path):
    """Give a folder that nothing is granted in, with a file and a database in it."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.txt").write_text("secret")
    connection = sqlite3.connect(folder / "secret.db")
    connection.execute("create table t (x)")
    connection.commit()
    connection.close()
    return folder


@pytest.fixture
def held(box):
    """Give a sandbox for the box."""
    return sandbox(Policy(read=[box], write=[box]))


@pytest.fixture
def opened():
    """Give a function that opens a directory, and close what it gave."""
    descriptors = []

    def give(path):
        descriptors.append(os.open(path, os.O_RDONLY))
        return descriptors[-1]

    yield give
    for descriptor in descriptors:
        os.close(descriptor)


class Path:
    """A path object that gives its answers in turn, the last one for ever."""

    def __init__(self, *answers):
        self.answers = [str(answer) for answer in answers]

    def __fspath__(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


# os.open with dir_fd


def test_a_name_beneath_a_granted_directory_is_opened(box, held, opened, monkeypatch):
    directory = opened(box)
    monkeypatch.chdir("/")
    with held:
        descriptor = os.open("a.txt", os.O_RDONLY, dir_fd=directory)
        made = os.open(b"b.txt", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=directory)
    os.close(descriptor)
    os.close(made)
    assert (box / "b.txt").exists()


def test_a_name_beneath_another_directory_is_refused_although_the_current_one_has_it(
    box, outside, held, opened, monkeypatch
):
    (outside / "a.txt").write_text("other")
    directory = opened(outside)
    monkeypatch.chdir(box)
    with held:
        with pytest.raises(PermissionViolation) as caught:
            os.open("a.txt", os.O_RDONLY, dir_fd=directory)
        os.close(os.open("a.txt", os.O_RDONLY))
    assert caught.value.target == str(outside / "a.txt")


def test_dots_lead_up_from_the_directory_of_the_descriptor(box, outside, held, opened):
    directory = opened(box)
    with held, pytest.raises(PermissionViolation):
        os.open("../outside/secret.txt", os.O_RDONLY, dir_fd=directory)


def test_an_absolute_name_does_not_depend_on_the_descriptor(box, outside, held, opened):
    directory = opened(outside)
    with held:
        os.close(os.open(str(box / "a.txt"), os.O_RDONLY, dir_fd=directory))


def test_errors_of_open_show_the_name_that_was_given(box, held, opened):
    directory = opened(box)
    with held, pytest.raises(FileNotFoundError) as caught:
        os.open("missing", os.O_RDONLY, dir_fd=directory)
    assert caught.value.filename == "missing"


def test_a_path_object_is_converted_once(box, outside, held, opened):
    directory = opened(box)
    with held:
        os.close(os.open(Path("a.txt", outside / "secret.txt"), os.O_RDONLY, dir_fd=directory))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"dir_fd": "x"}, TypeError),
        ({"dir_fd": 1 << 70}, OverflowError),
        ({"dir_fd": -7}, OSError),
        ({"dir_fd": 1 << 30}, OSError),
        ({"nope": 1}, TypeError),
        ({"path": "b", "dir_fd": 0}, TypeError),
    ],
)
def test_wrong_arguments_of_open_raise_what_they_raise_elsewhere(held, arguments, error):
    with held, pytest.raises(error) as caught:
        os.open("a.txt", os.O_RDONLY, **arguments)
    assert not isinstance(caught.value, PermissionViolation)


def test_code_that_is_not_held_is_not_bound_to_names(box, held):
    """A file whose absolute name is too long for the system can only be opened beneath a descriptor."""
    entered, finish = threading.Event(), threading.Event()

    def hold():
        with held:
            entered.set()
            finish.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(30)
    directory = os.open(box, os.O_RDONLY)
    try:
        for _ in range(20):
            os.mkdir("d" * 250, dir_fd=directory)
            beneath = os.open("d" * 250, os.O_RDONLY, dir_fd=directory)
            os.close(directory)
            directory = beneath
    finally:
        os.close(directory)
        finish.set()
        thread.join()
        shutil.rmtree(box)


# FileIO


class OwnFile(io.FileIO):
    pass


class Vanishing:
    """A path that takes itself out of the keywords it came in, while it is converted."""

    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        for found in gc.get_objects():
            if type(found) is dict:
                for word in ("file", "database"):
                    if found.get(word) is self:
                        found[word] = None
        return str(self.path)


@pytest.mark.parametrize("method", ["FileIO", "sqlite3"])
def test_a_path_may_leave_the_call_while_it_is_converted(box, method):
    with sandbox(Policy.unrestricted()):
        if method == "FileIO":
            keywords = [{"file": Vanishing(box / "a.txt")}]
            with io.FileIO(**keywords.pop()) as file:
                assert type(file.name) is Vanishing
                assert file.read() == b"a"
        else:
            keywords = [{"database": Vanishing(box / "new.db")}]
            sqlite3.connect(**keywords.pop()).close()
            assert (box / "new.db").exists()


@pytest.mark.parametrize("kind", [io.FileIO, OwnFile])
def test_fileio_opens_the_first_answer_of_a_path_object(box, outside, held, kind):
    path = Path(box / "a.txt", outside / "secret.txt")
    with held, kind(path) as file:
        assert file.read() == b"a"
    assert file.name is path


@pytest.mark.parametrize("kind", [io.FileIO, OwnFile])
def test_fileio_is_refused_by_the_first_answer_of_a_path_object(box, outside, held, kind):
    with held:
        with pytest.raises(PermissionViolation):
            kind(Path(outside / "secret.txt", box / "a.txt"))
        with pytest.raises(PermissionViolation):
            kind(file=Path(outside / "secret.txt", box / "a.txt"), mode="r")
        with pytest.raises(PermissionViolation):
            io.FileIO.__init__(kind.__new__(kind), Path(outside / "secret.txt", box / "a.txt"))


def test_errors_of_fileio_show_the_object_that_was_given(box, held):
    path = pathlib.Path(box, "missing")
    with held, pytest.raises(FileNotFoundError) as caught:
        io.FileIO(path)
    assert caught.value.filename is path


def test_an_opener_may_count_from_a_folder_of_its_own(box, outside, held, opened):
    folder = opened(box)

    def opener(name, flags):
        return os.open(name, flags, dir_fd=folder)

    with held as scope:
        with open("new.txt", "w", opener=opener) as file:
            assert file.name == "new.txt"
        with io.FileIO(file="new.txt", mode="r", opener=opener) as file:
            assert file.name == "new.txt"
        with pytest.raises(PermissionViolation):
            open("../outside/secret.txt", opener=opener)  # noqa: SIM115
    assert (box / "new.txt").exists()
    assert len(scope.violations) == 1


def test_an_opener_that_is_none_opens_nothing_else(outside, held):
    secret = str(outside / "secret.txt")
    with held:
        for act in (
            lambda: open(secret, opener=None),  # noqa: SIM115
            lambda: io.FileIO(secret, "r", True, None),
            lambda: io.FileIO(file=secret, opener=None),
            lambda: open(secret, opener=lambda name, flags: io.FileIO(name).fileno()),  # noqa: SIM115
            lambda: open(secret, opener=lambda name, flags: os.open(name, flags)),  # noqa: SIM115
        ):
            with pytest.raises(PermissionViolation):
                act()


class Name(str):
    """A word that is another one at each comparison: an attack on whoever looks it up twice."""

    __slots__ = ("before", "times")

    def __hash__(self):
        return str.__hash__(self)

    def __eq__(self, other):
        self.times -= 1
        if self.times == 0:
            self.before()
        return str.__eq__(self, other)


@pytest.mark.parametrize("times", range(1, 12))
def test_an_opener_may_not_leave_the_call_once_it_was_seen(outside, held, times):
    secret = str(outside / "secret.txt")
    word = Name("opener")
    call = functools.partial(io.FileIO, secret, **{word: lambda name, flags: os.open(os.devnull, flags)})
    changed = []
    word.times = times
    word.before = lambda: (changed.append(True), call.keywords.update({"opener": None}))
    with held:
        try:
            call().close()
        except (PermissionViolation, TypeError):
            return
    assert not changed


class Switch:
    """An answer that opens by another way meanwhile."""

    def __init__(self, act):
        self.act = act

    def __bool__(self):
        self.act()
        return True

    def __index__(self):  # asked by 3.11
        return int(bool(self))


def test_nothing_else_is_opened_while_an_opener_is_announced(outside, held):
    secret = str(outside / "secret.txt")
    tried = []

    def attempt():
        for act in (
            lambda: open(secret),  # noqa: SIM115
            lambda: io.FileIO(secret),
            lambda: os.open(secret, os.O_RDONLY | os.O_CLOEXEC),
            lambda: io.open_code(secret),  # noqa: SIM115
        ):
            with pytest.raises(PermissionViolation):
                act()
            tried.append(act)

    def opener(name, flags):
        attempt()
        return os.open(os.devnull, flags)

    with held:
        io.FileIO(secret, "r", Switch(attempt), opener).close()
    assert len(tried) == 8


# sqlite3


def test_a_database_in_the_box_works(box, held):
    with held:
        connection = sqlite3.connect(box / "x.db")
        connection.execute("create table t (x)")
        connection.execute("insert into t values (1)")
        connection.commit()
        connection.execute("attach ? as other", (str(box / "other.db"),))
        connection.execute("create table other.t (x)")
        connection.commit()
        connection.execute("vacuum")
        connection.execute("vacuum into ?", (str(box / "copy.db"),))
        connection.close()
    assert sorted(path.name for path in box.glob("*.db")) == ["copy.db", "other.db", "x.db"]


@pytest.mark.parametrize("name", [":memory:", ""])
def test_databases_without_a_file_need_no_right(name):
    with sandbox(Policy()):
        connection = sqlite3.connect(name)
        connection.execute("create table t (x)")
        connection.execute("attach ':memory:' as other")
        connection.execute("vacuum")
        connection.close()


def test_a_path_object_is_converted_once_by_connect(box, outside, held):
    with held:
        sqlite3.connect(Path(box / "x.db", outside / "secret.db")).close()
        with pytest.raises(PermissionViolation):
            sqlite3.connect(Path(outside / "secret.db", box / "x.db"))
        with pytest.raises(PermissionViolation):
            sqlite3.Connection(Path(outside / "secret.db", box / "x.db"))


def test_a_uri_is_the_path_it_names(box, outside):
    with sandbox(Policy(read=[outside], write=[box])):
        connection = sqlite3.connect(f"file:{outside}/%73ecret.db?mode=ro", uri=True)
        assert connection.execute("select count(*) from t").fetchone() == (0,)
        connection.close()
        with pytest.raises(PermissionViolation):
            sqlite3.connect(f"file:{outside}/secret.db", uri=True)
    with sandbox(Policy(read=[box], write=[box])), pytest.raises(PermissionViolation):
        sqlite3.connect(f"file:{outside}/secret.db?mode=ro", uri=True)


STATEMENTS = [
    ("attach ? as x", "secret.db"),
    ("attach (select ?) as x", "secret.db"),
    ("attach ? as x", "new.db"),
    ("vacuum into ?", "new.db"),
]


@pytest.mark.parametrize("host", [False, True], ids=["own", "made by the host"])
@pytest.mark.parametrize(("statement", "name"), STATEMENTS)
def test_no_statement_opens_a_database_outside(box, outside, held, statement, name, host):
    connection = sqlite3.connect(box / "x.db") if host else None
    with held as record:
        connection = connection or sqlite3.connect(box / "x.db")
        connection.set_authorizer(lambda *_: sqlite3.SQLITE_OK)
        for run in (connection.execute, connection.cursor().execute):
            with pytest.raises(PermissionViolation) as caught:
                run(statement, (str(outside / name),))
            assert caught.value.target == str(outside / name)
        with pytest.raises(PermissionViolation):
            connection.executescript(statement.replace("?", f"'file:{outside}/{name}'"))
        assert len(record.violations) == 3
    connection.close()
    assert not (outside / "new.db").exists()


def test_a_name_that_leads_outside_is_judged_by_what_it_leads_to(box, outside, held):
    (box / "link.db").symlink_to(outside / "secret.db")
    with held:
        connection = sqlite3.connect(box / "x.db")
        with pytest.raises(PermissionViolation):
            connection.execute("attach ? as x", (str(box / "link.db"),))
        connection.close()


def test_a_denied_database_in_the_box_is_not_attached(box):
    with sandbox(Policy(read=[box], write=[box], deny=Deny(read=["**/*.db"]))):
        connection = sqlite3.connect(":memory:")
        with pytest.raises(PermissionViolation):
            connection.execute("attach ? as x", (str(box / "x.db"),))
        connection.close()


def test_nothing_is_refused_after_the_block(outside, held):
    with held:
        pass
    connection = sqlite3.connect(":memory:")
    connection.execute("attach ? as x", (str(outside / "secret.db"),))
    assert connection.execute("select count(*) from x.t").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda number: os.fchmod(number, 0o777),
        lambda number: os.chmod(number, 0o777),
        lambda number: os.utime(number, (1, 1)),
        lambda number: os.fchown(number, os.getuid(), os.getgid()),
        lambda number: os.setxattr(number, "user.x", b"1"),
    ],
    ids=["fchmod", "chmod", "utime", "fchown", "setxattr"],
)
def test_a_file_opened_for_reading_keeps_its_metadata(outside, box, opened, change):
    before = (outside / "secret.txt").stat()
    with sandbox(Policy(read=True, write=[box])):
        number = opened(outside / "secret.txt")
        with pytest.raises(PermissionViolation):
            change(number)
    after = (outside / "secret.txt").stat()
    assert (after.st_mode, after.st_mtime) == (before.st_mode, before.st_mtime)


def test_metadata_of_what_may_be_written_changes_by_its_descriptor(box, opened):
    with sandbox(Policy(read=[box], write=[box])):
        os.fchmod(opened(box / "a.txt"), 0o640)
        os.utime(opened(box / "a.txt"), (1, 1))
    assert (box / "a.txt").stat().st_mode & 0o777 == 0o640


def test_a_link_does_not_lead_to_where_less_is_allowed(box, outside):
    """Exchanged for a folder by another thread, it would make a judged write happen there."""
    with sandbox(Policy(read=True, write=[box])):
        with pytest.raises(PermissionViolation, match="would lead to"):
            os.symlink(outside, box / "link")
        os.symlink("a.txt", box / "within")
    assert not (box / "link").is_symlink()
