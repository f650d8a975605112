"""
A function of the guest's runs in the child before a granted program does.
policy: default | Policy(run=["true"])
"""

import subprocess


def guest(world):
    subprocess.run(["true"], preexec_fn=world.harm)
