"""subprocess: a program that is refused, and survived.
refused: run
"""

import subprocess


def guest(box):
    try:
        subprocess.run(["true"], check=True)
    except PermissionError:
        pass
    return "alive"
