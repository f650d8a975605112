"""What a name counts from does not change between the judgement and the act."""

import errno
import gc
import glob
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from fastaudit import Policy, Violation, sandbox

# An audit hook of the host runs after fastaudit's own and before the act: where another thread of the
# guest would have to be lucky, it always is.
HOOK = """
import os, sys
from fastaudit import PermissionViolation, Policy, sandbox
awaited = None

def hook(name, args):
    global awaited
    if name == awaited:
        awaited = None
        eval(change)

sys.addaudithook(hook)
"""
BETWEEN = (
    HOOK
    + """
box, outside, event, act, change = sys.argv[1:]
os.chdir(box + "/a/b")
number = os.open(".", os.O_RDONLY)
other = os.open(outside, os.O_RDONLY)
with sandbox(Policy(read=True, write=[box], cwd=True)):
    awaited = event
    try:
        exec(act)
    except (FileNotFoundError, PermissionViolation):
        pass  # judged when it is done, and then where it leads by then
assert awaited is None, "the change was never made"
"""
)
CHANGES = ["os.chdir(outside)", "os.dup2(other, number)", "os.rename(box + '/a/b', box + '/b')"]
ACTS = [
    ("open", "open('new', 'w')"),
    ("open", "open('../../new', 'w')"),
    ("open", "open(box + '/a/b/../../new', 'w')"),
    ("open", "os.open('new', os.O_CREAT | os.O_WRONLY)"),
    ("open", "os.open('../../new', os.O_CREAT | os.O_WRONLY, dir_fd=number)"),
    ("os.mkdir", "os.mkdir('new')"),
    ("os.mkdir", "os.mkdir('../../new', dir_fd=number)"),
    ("os.remove", "os.unlink('victim', dir_fd=number)"),
    ("os.remove", "os.remove('victim')"),
    ("os.rmdir", "os.rmdir('folder', dir_fd=number)"),
    ("os.rename", "os.rename('victim', 'new', src_dir_fd=number)"),
    ("os.rename", "os.replace('victim', '../../new', dst_dir_fd=number)"),
    ("os.link", "os.link('victim', '../../new', dst_dir_fd=number)"),
    ("os.symlink", "os.symlink('victim', 'new', dir_fd=number)"),
    ("os.chmod", "os.chmod('victim', 0o777, dir_fd=number)"),
    ("os.utime", "os.utime('victim', (1, 1), dir_fd=number)"),
    ("os.truncate", "os.truncate('victim', 0)"),
]


def listing(folder):
    return sorted(
        (entry.name, entry.stat().st_mode, entry.stat().st_size, entry.stat().st_mtime_ns)
        for entry in os.scandir(folder)
    )


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("event, act", ACTS)
def test_a_change_of_directory_in_between_moves_no_act(tmp_path, event, act, change):
    box, outside = tmp_path / "x" / "box", tmp_path / "outside"
    for folder in (box / "a" / "b", outside):
        folder.mkdir(parents=True)
        (folder / "victim").write_text("v")
        (folder / "folder").mkdir()
    before = listing(outside), listing(tmp_path), listing(tmp_path / "x")
    subprocess.run([sys.executable, "-P", "-c", BETWEEN, box, outside, event, act, change], check=True)
    assert listing(outside) == before[0]
    assert [entry[0] for entry in listing(tmp_path)] == [entry[0] for entry in before[1]]
    assert [entry[0] for entry in listing(tmp_path / "x")] == [entry[0] for entry in before[2]]


READING = (
    HOOK
    + """
box, event, act, change = sys.argv[1:]
os.chdir(box + "/a/b")
with sandbox(Policy(read=[box], write=[box], cwd=True)):
    awaited = event
    seen = eval(act)
assert awaited is None, "the change was never made"
assert seen is None and os.getcwd() == box or "secret" not in str(seen) and "mine" in str(seen), seen
"""
)
READS = [
    ("os.listdir", "os.listdir('../..')"),
    ("os.listdir", "os.listdir(path=b'./../..')"),
    ("os.scandir", "[entry.name for entry in os.scandir('../..')]"),
    ("os.chdir", "os.chdir('../..')"),
    ("os.getxattr", "os.getxattr('../..', 'user.name')"),
    ("os.listxattr", "os.listxattr('../..', follow_symlinks=False)"),
]


@pytest.mark.parametrize("change", ["os.chdir(box)", "os.rename(box + '/a/b', box + '/b')"])
@pytest.mark.parametrize("event, act", READS)
def test_a_change_of_directory_in_between_shows_no_other_folder(tmp_path, event, act, change):
    box = tmp_path / "x" / "box"
    for folder, mark in [(box, "mine"), (box.parent, "secret"), (tmp_path, "secret")]:
        (folder / mark).mkdir(parents=True)
        os.setxattr(folder, "user." + mark, mark.encode())
        os.setxattr(folder, "user.name", mark.encode())
    (box / "a" / "b").mkdir(parents=True)
    subprocess.run([sys.executable, "-P", "-c", READING, box, event, act, change], check=True)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x")
    return tmp_path


def test_relative_names_work_and_show_as_they_were_given(here):
    with sandbox(Policy(read=[here], write=[here])):
        with open("file") as file:
            assert file.name == "file"
        with open(b"./file", "ab", 0) as file:
            assert file.name == b"./file"
        os.makedirs("a/b")
        os.rename("file", "a/../moved")
        os.symlink("moved", "link")
        assert os.readlink("link") == "moved"
        os.replace("moved", "a/b/file")
        with pytest.raises(FileNotFoundError) as caught:
            open("gone").close()
        assert caught.value.filename == "gone"
        with pytest.raises(FileNotFoundError) as caught:
            os.rename("gone", "new")
        assert (caught.value.filename, caught.value.filename2) == ("gone", "new")
        with pytest.raises(OSError) as caught:
            os.rmdir("a/.")
        assert caught.value.errno == errno.EINVAL
        number = os.open("a", os.O_RDONLY)
        os.mkdir("new", dir_fd=number)
        os.chmod("new", 0o700, dir_fd=number)
        os.close(number)
        shutil.rmtree("a")
        with pytest.raises(TypeError):
            os.mkdir(None)
        with pytest.raises(OSError):
            os.mkdir("x", dir_fd=-7)
        with pytest.raises(Violation) as refused:
            open("../other", "w").close()
        assert str(here.parent / "other") in str(refused.value)
    assert sorted(os.listdir(here)) == ["link"]


def test_relative_listings_are_as_without_a_sandbox(here):
    (here / "folder" / "inner").mkdir(parents=True)
    number = os.open(".", os.O_RDONLY)

    def everything():
        for given in [
            ".",
            "folder",
            "folder/",
            "./folder/../folder",
            b".",
            b"folder//",
            pathlib.Path("folder"),
            number,
        ]:
            with os.scandir(given) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    yield entry.path, entry.name, entry.is_dir(), entry.stat().st_ino, repr(entry), os.fspath(entry)
            yield sorted(os.listdir(given))
        yield sorted(entry.path for entry in os.scandir()), sorted(os.listdir()), sorted(os.listdir(None))
        yield sorted(os.walk(".")), sorted(os.walk(b"folder")), sorted(os.fwalk("folder"))[0][:3]
        yield sorted(glob.glob("**", recursive=True)), sorted(map(str, pathlib.Path().rglob("*")))
        yield os.listxattr(), os.listxattr("folder")
        for act in (os.scandir, os.listdir, os.chdir):
            with pytest.raises(FileNotFoundError) as caught:
                act(pathlib.Path("gone"))
            yield caught.value.filename, str(caught.value)
        entries = os.scandir("folder")
        entries.close()
        yield list(entries)
        with pytest.raises(TypeError):
            os.scandir(3.5)
        os.chdir("folder")
        yield os.getcwd()
        os.chdir("..")

    bare = list(everything())
    with sandbox(Policy(read=[here], cwd=True)):
        assert list(everything()) == bare
    os.close(number)


def test_an_abandoned_relative_listing_warns_as_ever(here):
    with sandbox(Policy(read=[here])), pytest.warns(ResourceWarning, match="unclosed scandir iterator"):
        next(os.scandir("."))
        gc.collect()


@pytest.mark.parametrize(
    ("names", "functions"),
    [
        ("supports_fd", ["chdir", "listdir", "scandir", "utime", "truncate"]),
        ("supports_dir_fd", ["open", "mkdir", "rename", "rmdir", "unlink", "utime"]),
        ("supports_follow_symlinks", ["utime", "link", "chown"]),
    ],
)
def test_os_still_knows_what_its_functions_can(names, functions):
    """The hash of a built-in is that of its C function, which is another one by now."""
    with sandbox(Policy()):
        assert [name for name in functions if getattr(os, name) not in getattr(os, names)] == []
    assert len(getattr(os, names)) == len({function.__name__ for function in getattr(os, names)})


@pytest.mark.parametrize("act", [os.scandir, os.listdir, os.mkdir, os.unlink, os.chdir], ids=lambda act: act.__name__)
def test_an_empty_name_is_nothing(tmp_path, act):
    with (
        sandbox(Policy(read=[tmp_path], write=[tmp_path], cwd=True)) as box,
        pytest.raises(FileNotFoundError) as caught,
    ):
        act("")
    assert caught.value.filename == ""
    assert box.violations == ()
