"""
A granted name is given for another program.
harm: child
policy: default | Policy(run=["true", "true *"])
"""

import shutil
import subprocess


def guest(world):
    subprocess.run(["true", str(world.mark)], executable=shutil.which("touch"))
