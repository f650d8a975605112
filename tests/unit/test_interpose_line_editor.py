"""Files of readline, shadow passwords and files without a name: by right, where they are files."""

import importlib.machinery
import importlib.util
import os
import pty
import readline
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import pytest

from fastaudit import Policy, Violation, sandbox


@pytest.fixture(autouse=True)
def history():
    before = [readline.get_history_item(at + 1) for at in range(readline.get_current_history_length())]
    readline.clear_history()
    yield
    readline.clear_history()
    for line in before:
        readline.add_history(line)


@pytest.fixture
def box(tmp_path, monkeypatch):
    folder = tmp_path.resolve() / "box"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.delenv("INPUTRC", raising=False)
    for where in (folder, folder.parent):
        (where / "lines").write_text("one\ntwo\n")
        (where / "init").write_text("set bell-style none\n")
    return folder


FILES = {
    "read": ("read", "lines", lambda f: readline.read_history_file(f)),
    "write": ("modify", "lines", lambda f: readline.write_history_file(f)),
    "make": ("create", "new", lambda f: readline.write_history_file(f)),
    "append": ("modify", "lines", lambda f: readline.append_history_file(1, f)),
    "init": ("read", "init", lambda f: readline.read_init_file(f)),
    "include": ("read", "init", lambda f: readline.parse_and_bind(f"$include {os.fsdecode(f)}")),
    "include oddly": ("read", "init", lambda f: readline.parse_and_bind(f" \t$ \tINCLUDE\t {os.fsdecode(f)}\nx")),
}


@pytest.mark.parametrize("kind", [str, os.fsencode, Path])
@pytest.mark.parametrize("which", FILES)
def test_files_of_the_line_editor_are_files(box, which, kind):
    right, name, act = FILES[which]
    victim = box.parent / name
    before = victim.read_text() if victim.exists() else None
    readline.add_history("three")
    with sandbox(Policy(read=[box], write=[box])) as inside, pytest.raises(Violation) as caught:
        act(kind(victim))
    assert (caught.value.right, caught.value.target, caught.value.event) == (right, str(victim), "open")
    assert len(inside.violations) == 1
    assert (victim.read_text() if victim.exists() else None) == before
    with sandbox(Policy(read=[box], write=[box])) as inside:
        act(kind(box / name))
    assert inside.violations == ()
    act(kind(victim))
    for file in (box / name, victim):
        expected = {"write": "three\n", "make": "three\n", "append": "one\ntwo\nthree\n"}.get(which, before)
        assert file.read_text() == expected


def test_what_is_not_named_lies_in_the_home(box, monkeypatch):
    with sandbox(Policy(read=[box], write=[box])):
        for act, name in (
            (readline.read_history_file, ".history"),
            (lambda: readline.read_history_file(None), ".history"),
            (readline.write_history_file, ".history"),
            (lambda: readline.append_history_file(1), ".history"),
        ):
            with pytest.raises(Violation) as caught:
                act()
            assert caught.value.target == str(box.parent / name)
    (box.parent / ".inputrc").write_text("")
    with sandbox(Policy()), pytest.raises(Violation) as caught:
        readline.read_init_file()
    assert caught.value.target == str(box.parent / ".inputrc")
    monkeypatch.setenv("INPUTRC", str(box / "init"))
    with sandbox(Policy(read=[box])):
        readline.read_init_file()
    monkeypatch.setenv("HOME", str(box))
    readline.add_history("kept")
    with sandbox(Policy(read=[box], write=[box])):
        readline.write_history_file()
        readline.clear_history()
        readline.read_history_file()
    assert readline.get_history_item(1) == "kept" and (box / ".history").read_text() == "kept\n"


def test_a_home_is_put_in_by_nobody_else(box, monkeypatch):
    monkeypatch.chdir(box)
    (box / "~").mkdir()
    (box / "~" / "init").write_text("")
    (box / "a ").mkdir()
    with sandbox(Policy(read=[box])):
        for act in (readline.read_init_file, lambda file: readline.parse_and_bind(f"$include {file}")):
            with pytest.raises(Violation) as caught:
                act("~/init")
            assert caught.value.target == str(box.parent / "init")
            with pytest.raises(ValueError, match="behind a blank"):
                act(f"{box}/a ~/init")
    monkeypatch.chdir(box / "a ")
    with sandbox(Policy(read=[box])), pytest.raises(OSError, match="No such file"):
        readline.read_init_file("none")


def test_a_path_is_asked_once(box):
    class Twice:
        def __init__(self):
            self.answers = iter([str(box / "lines"), str(box.parent / "lines")])

        def __fspath__(self):
            return next(self.answers)

    with sandbox(Policy(read=[box], write=[box])):
        readline.read_history_file(Twice())
        readline.write_history_file(Twice())


def test_what_else_is_said_to_it_needs_nothing(box):
    with sandbox(Policy()) as inside:
        readline.parse_and_bind("tab: complete")
        readline.parse_and_bind("$if mode=emacs")
        readline.parse_and_bind("$endif")
        readline.parse_and_bind("# $include nothing")
        readline.add_history("x")
        for wrong in ((), (5,), (b"x",)):
            with pytest.raises(TypeError):
                readline.parse_and_bind(*wrong)
        for act in (readline.read_history_file, readline.write_history_file, readline.read_init_file):
            for wrong in ((5,), ("a", "b"), ("a\0b",)):
                with pytest.raises((TypeError, ValueError)):
                    act(*wrong)
    assert inside.violations == ()


TALK = """
import getpass, readline
from fastaudit import Policy, sandbox
with sandbox(Policy()) as box:
    readline.parse_and_bind("tab: complete")
    readline.set_completer(lambda text, state: "completed" if state == 0 else None)
    print("told", input("line? "))
    print("heard", getpass.getpass("password? ", stream=None).upper())
    print("kept", readline.get_history_item(readline.get_current_history_length()))
print("refused", [(each.right, each.target) for each in box.violations])
"""


def test_a_guest_talks_on_a_terminal(tmp_path):
    def ask(master, question, answer):
        said = b""
        while question not in said:
            said += os.read(master, 1000)
        os.write(master, answer)
        return said

    master, slave = pty.openpty()
    words = [sys.executable, "-P", "-c", TALK]
    environment = os.environ | {"TERM": "dumb", "HOME": str(tmp_path)}
    child = subprocess.Popen(
        words, stdin=slave, stdout=slave, stderr=slave, cwd=tmp_path, env=environment, start_new_session=True
    )
    os.close(slave)
    try:
        said = ask(master, b"line? ", b"comp\t\n") + ask(master, b"password? ", b"hush\n")
        while True:
            try:
                said += os.read(master, 1000)
            except OSError:
                break
    finally:
        os.close(master)
        child.kill() if child.wait(30) is None else None
    text = said.decode()
    assert "told completed" in text and "heard HUSH" in text and "kept completed" in text, text
    assert "Traceback" not in text, text


# ---- passwords ----


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="gone since 3.13")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_shadow_passwords_are_a_file():
    import spwd

    for act in (spwd.getspall, lambda: spwd.getspnam("root")):
        with sandbox(Policy()), pytest.raises(Violation) as caught:
            act()
        assert (caught.value.right, caught.value.target) == ("read", "/etc/shadow")
        with sandbox(Policy(read=["/etc/shadow"])):
            try:
                act()
            except Violation:
                raise
            except (PermissionError, KeyError):
                pass  # what the system says to this user


# ---- files without a name ----


@pytest.fixture(scope="module")
def library():
    """The name and the bytes of an extension module that lies where everybody may read it."""
    file = sorted((Path(sysconfig.get_path("stdlib")) / "lib-dynload").glob("_[a-z]*.so"))[0]
    return file.name.partition(".")[0], file.read_bytes()


def test_a_file_without_a_name_is_memory_and_no_way_to_native_code(library):
    loader = importlib.machinery.ExtensionFileLoader
    name, content = library
    with sandbox(Policy(run=["true"])) as box:
        number = os.memfd_create("nameless")
        try:
            with open(number, "wb", closefd=False) as file:
                file.write(content)
            assert os.pread(number, 4, 0) == b"\x7fELF"
            for path in (f"/proc/self/fd/{number}", f"/dev/fd/{number}", f"/proc/{os.getpid()}/fd/{number}"):
                with pytest.raises(ImportError) as caught:
                    importlib.util.module_from_spec(
                        importlib.util.spec_from_loader(name, loader(name, path), origin=path)
                    )
                assert isinstance(caught.value, Violation) and caught.value.right == "native"
                with pytest.raises(Violation):
                    subprocess.run([path], pass_fds=[number])
        finally:
            os.close(number)
    assert {violation.right for violation in box.violations} == {"native", "run"}


# ---- profiles ----


@pytest.mark.skipif(not hasattr(sys, "activate_stack_trampoline"), reason="since 3.12")
def test_profiles_for_others_are_tracing():
    for act in (lambda: sys.activate_stack_trampoline("perf"), sys.deactivate_stack_trampoline):
        with sandbox(Policy()), pytest.raises(Violation) as caught:
            act()
        assert caught.value.right == "trace"
    script = """
        import sys
        from fastaudit import Policy, sandbox
        with sandbox(Policy(trace=True)):
            try:
                sys.activate_stack_trampoline("perf")
            except ValueError:
                pass  # not on this machine
            sys.deactivate_stack_trampoline()
    """
    subprocess.run([sys.executable, "-P", "-c", textwrap.dedent(script)], check=True)
