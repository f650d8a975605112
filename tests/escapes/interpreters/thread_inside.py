"""
A thread of an interpreter that the host made does the harm.
since: 3.13
unseen: the refusal is an error in the other interpreter, and on record there
"""

import _interpreters

CODE = """
import threading
def work():
    try:
        open({!r}, "w").close()
    except OSError:
        pass
worker = threading.Thread(target=work)
worker.start()
worker.join()
"""


def host(world):
    world.number = _interpreters.create()


def guest(world):
    _interpreters.exec(world.number, CODE.format(str(world.canary)))


def after(world):
    _interpreters.destroy(world.number)
