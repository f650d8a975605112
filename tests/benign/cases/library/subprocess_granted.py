"""A program that is granted, with pipes, a folder, variables and a time limit.
policy: Policy(run=["{python} *"], read=[box], write=[box])
"""

import os
import subprocess
import sys


def guest(box):
    program = [sys.executable, "-c", "import os; print(os.getcwd().endswith('box'), os.environ['A'], input())"]
    done = subprocess.run(
        program, input="in", capture_output=True, text=True, timeout=60, cwd=box, env=os.environ | {"A": "1"}
    )
    return done.stdout[-5:], done.returncode
