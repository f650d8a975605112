"""Every developer command: ``nox -l`` lists them."""

import nox

nox.options.sessions = ["lint", "types", "test"]
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
WERROR = "-Csetup-args=-Dwerror=true"


@nox.session(python=PYTHONS)
def test(session: nox.Session) -> None:
    """Build with warnings as errors, install, and run the tests."""
    session.install(WERROR, ".[test]")
    session.run("pytest", *session.posargs)


@nox.session
def plain(session: nox.Session) -> None:
    """The C tests of the plain files, which need no Python."""
    session.install(
        "meson",
        "ninja",
    )
    build = session.create_tmp()
    session.run("meson", "setup", "--wipe", "--werror", build)
    session.run("meson", "test", "-C", build, "--print-errorlogs")


@nox.session(python=["3.11", "3.13"])
def sanitize(session: nox.Session) -> None:
    """The C tests and the whole suite under the address and undefined-behaviour sanitizers."""
    session.install(".[test]")
    session.run(".ci/sanitize", session.virtualenv.location, external=True)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Every fuzzer for 30 seconds in all, or for as many as given (clang)."""
    session.install("meson", "ninja")
    session.run(".ci/fuzz", *session.posargs, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and mistakes of the Python files."""
    session.install(".[lint]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Type checks of the package and the examples, and of the public names as callers use them."""
    session.install(".[test,lint]")
    session.run("mypy")


@nox.session(python=PYTHONS)
def bench(session: nox.Session) -> None:
    """The benchmarks: each promise about cost against what was measured (-- --full for many rounds)."""
    session.install("-Csetup-args=-Dbuildtype=release", ".[bench]")
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session(name="format")
def format_(session: nox.Session) -> None:
    """Format the Python files."""
    session.install(".[lint]")
    session.run("ruff", "check", "--fix")
    session.run("ruff", "format")
