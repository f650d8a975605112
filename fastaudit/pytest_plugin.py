"""
The pytest plugin: tests that are held to a policy.

Nothing is held, and nothing of the guard is put in place, until a test has the marker ``sandbox``, asks for the
fixture ``sandboxed``, or lies where one of the options ``sandbox_policy`` and ``sandbox_policies`` counts.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from ._pytest_held import Sandboxed as Sandboxed

_asked = pytest.StashKey[bool]()  # the fixture was
MODES = ("off", "warn", "enforce")

_MARKER = (
    "sandbox(policy=None, /, *, mode=..., strict=..., **keywords): hold the body of the test to a fastaudit Policy, "
    "or to one with these keywords; mode is 'off', 'warn' or 'enforce'; strict=False lets a test pass that swallowed "
    "a refusal."
)


def __getattr__(name: str) -> object:
    """Give the class of the fixture's value, for annotations, and load it then."""
    if name == "Sandboxed":
        from ._pytest_held import Sandboxed

        return Sandboxed
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command line and of the configuration file."""
    group = parser.getgroup("sandbox", "tests held to a policy (fastaudit)")
    group.addoption(
        "--sandbox",
        choices=MODES,
        default=None,
        help="What becomes of tests that have a sandbox: 'off' runs them without, whatever else is said; 'warn' "
        "records what would be refused and lets it go; 'enforce' refuses.",
    )
    group.addoption(
        "--sandbox-policy",
        metavar="FILE",
        default=None,
        help="Hold every test that has no policy of its own to this one: a policy file, or 'offline' or 'readonly'.",
    )
    group.addoption(
        "--sandbox-report",
        metavar="FILE",
        default=None,
        help="Write what was refused to this file, as JSON.",
    )
    parser.addini(
        "sandbox_mode", "'off', 'warn' or 'enforce', unless marker or command line say so.", default="enforce"
    )
    parser.addini("sandbox_policy", "Policy of every test without one of its own: file, 'offline' or 'readonly'.")
    parser.addini("sandbox_policies", "Lines 'FOLDER = POLICY': policies of the tests of folders.", type="linelist")
    parser.addini("sandbox_strict", "Fail tests that swallowed a refusal.", type="bool", default=True)


def pytest_configure(config: pytest.Config) -> None:
    """Read the options; what is wrong with them is told before any test runs."""
    config.addinivalue_line("markers", _MARKER)
    mode = config.getini("sandbox_mode")
    if mode not in MODES:
        raise pytest.UsageError(f"sandbox_mode must be 'off', 'warn' or 'enforce', not {mode!r}")
    if config.getoption("sandbox") != "off":
        from ._pytest_records import Records

        config.pluginmanager.register(Records(config), "fastaudit-records")
        if config.getoption("sandbox_policy") or config.getini("sandbox_policy") or config.getini("sandbox_policies"):
            from ._pytest_policy import read_configured

            read_configured(config)


@pytest.fixture
def sandboxed(request: pytest.FixtureRequest) -> Sandboxed:
    """
    What the sandbox of this test tells: its policy, violations, counts and all else that a box shows.

    A test that asks for it is held, to ``Policy()`` unless a marker or the configuration has another policy.
    """
    from ._pytest_held import told_of

    request.node.stash[_asked] = True
    return told_of(request.node)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Hold the body of the test, if it has a sandbox; fail it if it swallowed a refusal."""
    asked = _asked in item.stash
    held = None
    if _is_concerned(item):
        from ._pytest_held import begin

        held = begin(item, asked)
    if held is None:
        result = yield
        if _asked in item.stash and not asked and item.config.getoption("sandbox") != "off":
            pytest.fail("'sandboxed' was asked for when the test ran already, without a sandbox", pytrace=False)
        return result
    with held.in_place():
        try:
            result = yield
        except pytest.skip.Exception:
            held.check("was skipped")
            raise
    held.check("passed")
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what was refused on the test's last report, as plain values that xdist can send."""
    report = yield
    if _is_concerned(item):
        from ._pytest_records import annotate

        annotate(item, report)
    return report


def _is_concerned(item: pytest.Item) -> bool:
    """Tell, without loading anything, whether a test may have a sandbox."""
    config = item.config
    return config.getoption("sandbox") != "off" and (
        item.get_closest_marker("sandbox") is not None
        or _asked in item.stash
        or bool(
            config.getoption("sandbox_policy") or config.getini("sandbox_policy") or config.getini("sandbox_policies")
        )
    )
