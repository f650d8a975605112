"""Fixtures that more than one folder uses."""

import contextlib
import gc
import sys

import pytest
from hypothesis import HealthCheck, Phase, settings

from fastaudit import Deny, Policy, sandbox

pytest_plugins = ["pytester"]

# Generated tests: the same few examples at every run, so that no change fails by the chance of another; or, by
# `--hypothesis-profile=long`, others at every run and many more.
_calm = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("quick", max_examples=25, derandomize=True, phases=[Phase.explicit, Phase.generate], **_calm)
settings.register_profile("long", max_examples=2_000, print_blob=True, **_calm)
settings.load_profile("quick")

NAMES = "abcdef"


class Probe:
    """
    Tell which policies are in force, by really opening files.

    There is a file for each letter. The policy of a letter refuses to read the file of that letter and
    nothing else, so the answer of the probe is the union of what is in force.
    """

    def __init__(self, folder):
        self.folder = folder
        self.files = {name: folder / name for name in NAMES}
        self.policies = {}
        for name, file in self.files.items():
            file.write_text(name)
            self.policies[name] = Policy.unrestricted().replace(name=name, deny=Deny(read=[str(file)]))

    def __call__(self):
        """Open every file: the letters of those that were refused."""
        refused = ""
        for name, file in self.files.items():
            try:
                file.open().close()
            except PermissionError:
                refused += name
        return refused

    def sandbox(self, name, **options):
        """Make a manager for the policy of one letter."""
        return sandbox(self.policies[name], **options)


@pytest.fixture(scope="module", autouse=True)
def _young():
    """What was there before is no business of the collections that tests ask for: they are a hundred times as quick."""
    gc.freeze()


@pytest.fixture
def probe(tmp_path):
    """What tells which policies are in force. Nothing may be left in force when the test ends."""
    probe = Probe(tmp_path.resolve())
    assert probe() == ""
    yield probe
    assert probe() == "", "the test left its own context held"


@pytest.fixture(scope="session")
def new_probe():
    """Make probes in folders of one's own, for what outlives a test."""
    return lambda folder: Probe(folder.resolve())


@pytest.fixture
def hold(probe):
    """Make managers by letter: ``with hold("a"):``."""
    return probe.sandbox


@contextlib.contextmanager
def traced():
    """Run with a trace and a profile function, as debuggers and coverage tools do."""

    def watch(*_):
        return watch

    before = sys.gettrace(), sys.getprofile()
    sys.settrace(watch)
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])


@pytest.fixture(params=[False, True], ids=["plain", "traced"])
def perhaps_traced(request):
    """Run the test twice: as it is, and with a trace and a profile function."""
    if not request.param:
        yield
        return
    with traced():
        yield
