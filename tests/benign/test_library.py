"""What programs ask of the standard library and of numpy works, and leaves the host as it was."""

import contextlib
import csv
import gzip
import importlib.metadata
import importlib.resources
import json
import locale
import logging
import logging.handlers
import mimetypes
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
import zoneinfo
from pathlib import Path

import numpy
import pytest

from fastaudit import PermissionViolation, Policy, sandbox


@contextlib.contextmanager
def quiet_about(policy):
    """Hold to a policy under which nothing may be refused."""
    with sandbox(policy) as box:
        yield
    assert box.violations == ()


@pytest.fixture
def workspace(box):
    return Policy(read=[box], write=[box])


def test_logging_with_handlers(box, workspace):
    logger = logging.Logger("benign")
    with quiet_about(workspace):
        handlers = [
            logging.FileHandler(box / "plain.log"),
            logging.handlers.RotatingFileHandler(box / "rotating.log", maxBytes=100, backupCount=2),
            logging.StreamHandler(open(os.devnull, "w")),  # noqa: SIM115
        ]
        for handler in handlers:
            handler.setFormatter(logging.Formatter("%(asctime)s %(funcName)s %(threadName)s %(message)s"))
            logger.addHandler(handler)
        for number in range(20):
            logger.warning("line %d", number)
        try:
            raise KeyError("missing")
        except KeyError:
            logger.error("failed: %s", "KeyError")
        for handler in handlers:
            handler.close()
        handlers[2].stream.close()
    assert (box / "plain.log").read_text().count("line") == 20
    assert (box / "rotating.log.1").exists()


def test_temporary_files(box, workspace):
    with quiet_about(workspace):
        with tempfile.TemporaryFile(dir=box) as file:
            file.write(b"x")
        with tempfile.NamedTemporaryFile(dir=box, suffix=".txt") as file:
            assert Path(file.name).exists()
        with tempfile.TemporaryDirectory(dir=box) as folder:
            (Path(folder) / "deep" / "er").mkdir(parents=True)
            (Path(folder) / "deep" / "er" / "file").write_text("x")
        with tempfile.SpooledTemporaryFile(max_size=1, dir=box) as file:
            file.write(b"longer than that")
    assert list(box.iterdir()) == []


def test_a_guest_that_asks_for_the_temporary_folder_does_not_choose_it_for_the_host():
    with sandbox(Policy()):
        inside = tempfile.gettempdir()
    assert inside == tempfile.gettempdir()
    with tempfile.TemporaryFile() as file:
        file.write(b"of the host")


def test_trees_of_files(box, workspace):
    with quiet_about(workspace):
        (box / "a" / "b").mkdir(parents=True)
        (box / "a" / "b" / "c.txt").write_text("text")
        shutil.copytree(box / "a", box / "copy")
        shutil.make_archive(str(box / "archive"), "zip", box / "a")
        shutil.unpack_archive(box / "archive.zip", box / "out")
        shutil.move(box / "copy", box / "moved")
        assert sorted(path.name for path in box.rglob("*.txt")) == ["c.txt"] * 3
        assert [folder for folder, _, _ in os.walk(box / "a")] == [str(box / "a"), str(box / "a" / "b")]
        shutil.rmtree(box / "moved")
    assert not (box / "moved").exists()


def test_formats_of_files(box, workspace):
    with quiet_about(workspace):
        with gzip.open(box / "x.gz", "wt") as file:
            file.write("text")
        with zipfile.ZipFile(box / "x.zip", "w") as archive:
            archive.write(box / "x.gz", "inner")
        with open(box / "x.csv", "w", newline="") as file:
            csv.writer(file).writerow([1, 2])
        (box / "x.json").write_text(json.dumps({"a": [1, 2]}))
        assert json.loads((box / "x.json").read_bytes()) == {"a": [1, 2]}


def test_databases(box, workspace):
    with quiet_about(workspace):
        connection = sqlite3.connect(box / "x.db")
        connection.execute("pragma journal_mode = wal")
        with connection:
            connection.execute("create table t (x)")
            connection.executemany("insert into t values (?)", [(number,) for number in range(100)])
        assert connection.execute("select sum(x) from t").fetchone() == (4950,)
        connection.execute("vacuum")
        connection.close()
    with contextlib.closing(sqlite3.connect(box / "x.db")) as connection:
        assert connection.execute("select count(*) from t").fetchone() == (100,)


def test_a_refused_command_is_survived_and_the_host_runs_it(box, workspace):
    with sandbox(workspace) as record:
        try:
            subprocess.run([sys.executable, "-c", "0"], check=True)
        except OSError as error:
            caught = error
    assert isinstance(caught, PermissionViolation)
    assert [violation.right for violation in record.violations] == ["run"]
    assert subprocess.run([sys.executable, "-c", "0"]).returncode == 0


def test_a_granted_command_talks_through_pipes(workspace):
    policy = workspace | Policy(run=["{python} -c *"])
    with quiet_about(policy):
        done = subprocess.run(
            [sys.executable, "-c", "print(input()[::-1])"], input="abc", capture_output=True, text=True, timeout=60
        )
    assert done.stdout == "cba\n"


def test_installed_packages():
    with quiet_about(Policy()):
        inside = {found.metadata["Name"] for found in importlib.metadata.distributions()}
        assert importlib.metadata.version("numpy") == numpy.__version__
        assert importlib.metadata.entry_points(group="console_scripts")
        assert importlib.resources.files("json").joinpath("__init__.py").read_text()
    assert inside == {found.metadata["Name"] for found in importlib.metadata.distributions()}


def test_types_of_files():
    with quiet_about(Policy()):
        inside = mimetypes.MimeTypes(filter(os.path.isfile, mimetypes.knownfiles)).guess_type("picture.png")
    assert inside == mimetypes.guess_type("picture.png") == ("image/png", None)


def test_time_zones():
    zoneinfo.ZoneInfo.clear_cache()
    with quiet_about(Policy()):
        inside = zoneinfo.ZoneInfo.no_cache("Europe/Berlin").key
        assert "UTC" in zoneinfo.available_timezones()
    assert inside == zoneinfo.ZoneInfo("Europe/Berlin").key


def test_the_machine():
    with sandbox(Policy()) as record:
        inside = platform.platform(), os.cpu_count(), platform.python_version(), locale.getpreferredencoding()
        shutil.get_terminal_size()
    assert record.violations == ()
    assert inside == (platform.platform(), os.cpu_count(), platform.python_version(), locale.getpreferredencoding())


def test_modules_that_a_guest_imports_are_whole(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] in ("colorsys", "wave", "plistlib")]:
        monkeypatch.delitem(sys.modules, name)
    with quiet_about(Policy()):
        import colorsys
        import plistlib
        import wave
    assert colorsys.rgb_to_hsv(0, 0, 0) == (0, 0, 0)
    assert plistlib.loads(plistlib.dumps({"a": 1})) == {"a": 1}
    assert wave.open


def test_numpy(box, workspace):
    with quiet_about(workspace):
        matrix = numpy.arange(16.0).reshape(4, 4) + numpy.eye(4)
        assert numpy.allclose(matrix @ numpy.linalg.inv(matrix), numpy.eye(4))
        assert numpy.random.default_rng(1).normal(size=3).shape == (3,)
        numpy.save(box / "m.npy", matrix)
        numpy.savez_compressed(box / "m.npz", matrix=matrix)
        numpy.savetxt(box / "m.txt", matrix)
        assert numpy.array_equal(numpy.load(box / "m.npy"), matrix)
        assert numpy.array_equal(numpy.load(box / "m.npz")["matrix"], matrix)
        assert numpy.allclose(numpy.loadtxt(box / "m.txt"), matrix)
        mapped = numpy.memmap(box / "map", dtype="f8", mode="w+", shape=(10,))
        mapped[:] = 1
        assert mapped.sum() == 10
        with numpy.errstate(divide="ignore"):
            assert numpy.isinf(numpy.float64(1) / numpy.float64(0))
    assert numpy.array_equal(numpy.load(box / "m.npy"), matrix)
