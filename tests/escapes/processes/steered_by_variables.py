"""
A granted program is steered by its environment.
harm: child
policy: default | Policy(run=["sh -c helper"])
"""

import shutil
import subprocess


def guest(world):
    (world.box / "helper").write_text(f"#!/bin/sh\n{shutil.which('touch')} {world.mark}\n")
    (world.box / "helper").chmod(0o755)
    subprocess.run([shutil.which("sh"), "-c", "helper"], env={"PATH": str(world.box)})
