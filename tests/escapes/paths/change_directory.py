"""
The guest changes the directory of the process.
harm: process
"""

import os


def guest(world):
    os.chdir(world.outside)
