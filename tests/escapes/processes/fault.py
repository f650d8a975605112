"""
The process is made to fail.
harm: death
held: no: faulthandler._sigsegv and its kin
"""

import faulthandler
import resource


def host(world):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def guest(world):
    faulthandler._sigsegv()
