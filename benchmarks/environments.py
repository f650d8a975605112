"""What a run needs beside this interpreter: the controls in C, and an environment of its own for each library."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

CONTROLS = Path(__file__).parent / "controls"
PATIENCE = 600  # seconds for one installation


class Missing(Exception):
    """Something could not be obtained; its text says why."""


def build_controls(folder: Path) -> None:
    """Compile the controls in C for this interpreter."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted(CONTROLS.glob("*.c")):
        target = folder / (source.stem + sysconfig.get_config_var("EXT_SUFFIX"))
        include = sysconfig.get_path("include")
        compiler = (sysconfig.get_config_var("CC") or "cc").split()
        options = ["-O2", "-Wall", "-Wextra", "-shared", "-fPIC", f"-I{include}"]
        subprocess.run([*compiler, *options, str(source), "-o", str(target)], check=True)


def environment(folder: Path, package: str) -> Path:
    """Install *package* and pyperf into an environment of its own, once; give its interpreter."""
    place = folder / f"{package}-{sys.version_info[0]}.{sys.version_info[1]}"
    python = place / "bin" / "python"
    if (place / "complete").exists():
        return python
    try:
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(place)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pyperf", package],
        ):
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if line.startswith("ERROR")] or error.stderr.splitlines()
        raise Missing(f"does not install: {said[-1] if said else 'no reason given'}") from None
    except subprocess.TimeoutExpired:
        raise Missing(f"does not install within {PATIENCE} s") from None
    (place / "complete").touch()
    return python


def version_of(python: Path, package: str) -> str:
    """The version of a package that an environment holds."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    answer = subprocess.run([str(python), "-I", "-c", code], capture_output=True, text=True)
    return answer.stdout.strip() or "?"
