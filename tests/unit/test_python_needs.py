"""The running of Python: what every policy allows, what it refuses quietly, and what it leaves closed."""

import doctest
import os
import subprocess
import sys
import sysconfig
import zipfile

import pytest

import fastaudit
from fastaudit import Deny, PermissionViolation, Policy, _python_needs, _python_rules, sandbox

READ = os.O_RDONLY
WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def outcome(event, *args, policy=None):
    return (policy or Policy())._ruleset.decide(event, args)[0]


def reads(path, policy=None):
    return outcome("open", str(path), "r", READ, policy=policy) == "allow"


def lists(path, policy=None):
    return outcome("os.listdir", str(path), policy=policy) == "allow"


@pytest.mark.parametrize("path", _python_needs.READ)
def test_what_the_table_names_may_be_read(path):
    assert reads(path)


@pytest.mark.parametrize(
    "path",
    [
        sys.executable,
        os.path.join(sys.prefix, "pyvenv.cfg"),
        os.__file__,
        os.path.join(sysconfig.get_path("purelib"), "some_package", "data.json"),
        os.path.join(sys.base_exec_prefix, "lib", "libpython3.so"),
        "/etc/fedora-release",
        "/proc/self/cgroup",
        "/sys/fs/cgroup/cpu.max",
        "/sys/fs/cgroup/system.slice/x/cpu.max",
    ],
)
def test_the_interpreters_own_files_may_be_read(path):
    assert reads(path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/etc/passwd",
        "/etc/shadow",
        "/etc/ssl/private/key.pem",
        "/usr/bin/env",
        "/dev/tty",
        "/proc/self/environ",
        "/proc/self/maps",
        "/home/somebody/notes.txt",
        os.path.join(sys.prefix, "notes.txt"),
        os.path.join(sys.base_prefix, "bin", "notes.txt"),
        os.path.expanduser("~/.netrc"),
    ],
)
def test_no_other_file_is_open(path):
    assert not reads(path)


def test_nothing_but_the_null_device_may_be_written():
    assert outcome("open", "/dev/null", "w", WRITE) == "allow"
    for path in (sys.executable, os.__file__, "/dev/zero", sysconfig.get_path("purelib") + "/x"):
        assert outcome("open", path, "w", WRITE) == "refuse"


def test_a_folder_with_the_name_of_tempfiles_probes_is_a_folder_like_any_other():
    assert outcome("open", "/tmp/ab_cd_123", "w", WRITE) == "refuse", "nine characters"
    assert outcome("open", "/tmp/ab_cd_12", "w", WRITE) == "quiet"
    assert outcome("open", "/tmp/ab_cd_12/file", "w", WRITE) == "refuse"
    assert outcome("open", "/srv/__pycache__/a.pyc", "w", WRITE) == "quiet"


def test_etc_is_listed_and_nothing_beneath_it():
    assert lists("/etc")
    assert not lists("/etc/ssl")
    assert not reads("/etc/program.py")
    closed = Policy(deny=Deny(read=["/etc"]))
    assert not lists("/etc", closed)


def test_a_folder_of_the_import_path_shows_its_sources_only(tmp_path, monkeypatch):
    folder = tmp_path.resolve() / "project"
    (folder / "pkg").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(folder))
    policy = Policy()
    assert lists(folder, policy)
    assert reads(folder / "pkg" / "module.py", policy)
    assert not reads(folder / ".env", policy)
    assert not reads(folder / "pkg" / "data.csv", policy)
    assert not reads(tmp_path / "module.py", policy)


def test_the_import_path_is_that_of_construction(tmp_path, monkeypatch):
    before = Policy()
    monkeypatch.syspath_prepend(str(tmp_path.resolve()))
    assert not reads(tmp_path / "module.py", before)
    assert reads(tmp_path / "module.py", Policy())


def test_a_zip_file_on_the_import_path_may_be_read(tmp_path, monkeypatch):
    archive = tmp_path.resolve() / "library.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("module.py", "")
    monkeypatch.syspath_prepend(str(archive))
    assert reads(archive, Policy())


def test_the_sources_of_an_editable_install_may_be_read(tmp_path, monkeypatch):
    site = tmp_path.resolve() / "site-packages"
    source = tmp_path.resolve() / "a source"
    (site / "x-1.dist-info").mkdir(parents=True)
    (source / "src").mkdir(parents=True)
    (site / "x-1.dist-info" / "direct_url.json").write_text(
        f'{{"url": "{source.as_uri()}", "dir_info": {{"editable": true}}}}'
    )
    (site / "y-1.dist-info").mkdir()
    (site / "y-1.dist-info" / "direct_url.json").write_text('{"dir_info": {"editable": true}, ')
    monkeypatch.syspath_prepend(str(site))
    policy = Policy()
    assert reads(site / "x" / "data.bin", policy)
    assert reads(source / "src" / "module.py", policy)
    assert not reads(source / "secret.txt", policy)


def test_strange_entries_of_the_import_path_are_passed_over(monkeypatch):
    monkeypatch.setattr(sys, "path", [None, b"/srv", 3, "a\0b", "x" * 5000, *sys.path])
    assert reads(os.__file__, Policy())


def test_byte_code_and_probes_are_refused_quietly(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = str(tmp_path.resolve())
    policy = Policy()
    assert outcome("os.mkdir", f"{here}/__pycache__", 0o777, -1, policy=policy) == "quiet"
    cached = f"{here}/__pycache__/a.pyc.1"
    assert outcome("open", cached, "wb", WRITE, policy=policy) == "quiet"
    for folder in ("/tmp", here):
        assert outcome("open", f"{folder}/a1b2c3d4", None, WRITE, policy=policy) == "quiet"
    assert outcome("open", "/dev/shm/pym-1-abcdef", None, WRITE, policy=policy) == "quiet"
    assert outcome("open", "/tmp/tmpabcdefgh", None, WRITE, policy=policy) == "refuse"


def test_what_running_python_includes_can_be_closed():
    closed = Policy(threads=False)
    assert outcome("_thread.start_new_thread", len, (), None) == "allow"
    assert outcome("_thread.start_new_thread", len, (), None, policy=closed) == "refuse"


def test_every_module_may_be_imported_unless_some_are_named():
    named = Policy(imports=["numpy"])
    for module, allowed in (("numpy.linalg", True), ("json", True), ("pandas", False)):
        got = outcome("import", module, None, sys.path, [], [], policy=named)
        assert (got == "allow") is allowed
    assert outcome("import", "pandas", None, sys.path, [], []) == "allow"


def test_what_undoes_the_guard_is_no_part_of_the_standard_library():
    for policy in (Policy(), Policy(imports=["numpy"]), Policy(imports=["*"])):
        assert outcome("import", "ctypes", None, [], [], [], policy=policy) == "refuse"
    named = Policy(imports=["ctypes"])
    assert outcome("import", "ctypes", None, [], [], [], policy=named) == "allow"


def test_the_rows_are_built_once_for_an_import_path():
    assert _python_rules.ruleset() is _python_rules.ruleset()


def test_tempfiles_folder_is_chosen_before_the_first_scope(tmp_path):
    code = """
import sys, os
from fastaudit._prepare import before_first_scope
assert "tempfile" not in sys.modules or True
before_first_scope()
import tempfile
os.environ["TMPDIR"] = "/nowhere"
print(tempfile.gettempdir())
"""
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    shown = subprocess.run([sys.executable, "-P", "-c", code], env=env, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == str(tmp_path)
    assert fastaudit.__all__


def test_a_doctest_runs_and_puts_back_the_trace_function_that_it_found():
    def documented():
        """
        >>> 1 + 1
        2
        """

    runner = doctest.DocTestRunner()
    with sandbox(Policy()) as box:
        for test in doctest.DocTestFinder().find(documented, "documented", globs={}):
            runner.run(test)
        sys.settrace(sys.gettrace())
        sys.setprofile(sys.getprofile())
        with pytest.raises(PermissionViolation):
            sys.settrace(lambda *_: None)
    assert runner.summarize(verbose=False).failed == 0
    assert [violation.event for violation in box.violations] == ["sys.settrace"]
