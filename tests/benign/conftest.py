"""What every benign test checks: the host, before and after."""

import decimal
import gc
import locale
import logging
import os
import signal
import sys
import tempfile
import warnings

import pytest

from fastaudit import current


def host_state():
    """What a guest shares with its host and must not leave changed."""
    return {
        "directory": os.getcwd(),
        "variables": {name: os.environ[name] for name in os.environ if name != "PYTEST_CURRENT_TEST"},
        "import path": list(sys.path),
        "finders": [type(finder) for finder in sys.meta_path],
        "path hooks": len(sys.path_hooks),
        "tracing": (sys.gettrace(), sys.getprofile()),
        "hooks": (sys.excepthook, sys.unraisablehook, sys.displayhook),
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)],
        "temporary folder": tempfile.gettempdir(),
        "handlers": list(logging.getLogger().handlers),
        "filters": list(warnings.filters),
        "decimals": repr(decimal.getcontext()),
        "locale": locale.setlocale(locale.LC_ALL),
        "collector": (gc.isenabled(), gc.get_threshold()),
    }


@pytest.fixture(autouse=True)
def host_unchanged(tmp_path):
    """The host is what it was, nothing is held, and it can still list, import and open what a guest could not."""
    before = host_state()
    yield
    assert current() is None
    assert host_state() == before
    assert os.listdir(os.path.dirname(os.__file__))
    (tmp_path / "of_the_host").write_text("x")
    for folder in filter(os.path.isdir, sys.path):
        os.listdir(folder)


@pytest.fixture
def box(tmp_path):
    """A folder that the policies of these tests grant."""
    folder = tmp_path.resolve() / "box"
    folder.mkdir()
    return folder
