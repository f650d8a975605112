"""What a name counts from does not change between the judgement and the act."""

import errno
import os
import shutil
import subprocess
import sys

import pytest

from fastaudit import Policy, Violation, sandbox

# An audit hook of the host runs after fastaudit's own and before the act: where another thread of the
# guest would have to be lucky, it always is.
BETWEEN = """
import os, sys
from fastaudit import Policy, sandbox
box, outside, event, act, change = sys.argv[1:]
os.chdir(box + "/a/b")
number = os.open(".", os.O_RDONLY)
other = os.open(outside, os.O_RDONLY)

awaited = None

def hook(name, args):
    global awaited
    if name == awaited:
        awaited = None
        eval(change)

sys.addaudithook(hook)
with sandbox(Policy(read=True, write=[box], cwd=True)):
    awaited = event
    try:
        exec(act)
    except FileNotFoundError:
        pass
assert awaited is None, "the change was never made"
"""
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
