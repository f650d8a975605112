"""
A granted name is looked up where the guest wrote a program.
harm: child
policy: default | Policy(run=["true"])
"""

import shutil
import subprocess


def guest(world):
    (world.box / "true").write_text(f"#!/bin/sh\n{shutil.which('touch')} {world.mark}\n")
    (world.box / "true").chmod(0o755)
    subprocess.run(["true"], env={"PATH": str(world.box)})
