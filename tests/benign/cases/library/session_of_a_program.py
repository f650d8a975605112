"""A program in a session of its own, by each of the ways that subprocess and recipes have.
policy: Policy(read=[box], write=[box], run=["{python} *"])
"""

import os
import subprocess
import sys

ASKS = "import os; print(os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid())"


def guest(box):
    ways = [{"preexec_fn": os.setsid}, {"preexec_fn": os.setpgrp}, {"start_new_session": True}]
    return [subprocess.run([sys.executable, "-c", ASKS], capture_output=True, text=True, **way).stdout for way in ways]
