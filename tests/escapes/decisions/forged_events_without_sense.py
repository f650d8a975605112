"""The guest raises events with operands that nobody expects, and then does the harm."""

import sys


def guest(world):
    for name in ("open", "os.remove", "socket.connect", "import", "subprocess.Popen", "", "\0", "x" * 10_000):
        for args in ((), (None,), (1, 2, 3), ([],) * 9, (object(),), (float("nan"),) * 3):
            world.attempt(sys.audit, name, *args)
    world.harm()
