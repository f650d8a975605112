"""What the machine is."""

import getpass
import os
import platform
import socket
import sysconfig


def guest(box):
    return (
        platform.system(),
        platform.python_version(),
        platform.machine(),
        os.cpu_count(),
        sysconfig.get_platform(),
        isinstance(getpass.getuser(), str),
        socket.gethostname() != "",
        os.path.expanduser("~"),
    )
