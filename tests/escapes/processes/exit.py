"""
The process is ended.
harm: death
held: no: os._exit, os.abort
"""

import os


def guest(world):
    os._exit(3)
