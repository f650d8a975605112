"""A timer, and a thread that ends with an error."""

import threading


def guest(box):
    told, before = [], threading.excepthook
    threading.excepthook = lambda args: told.append(args.exc_type.__name__)
    try:
        timer = threading.Timer(0.001, told.append, ["timer"])
        timer.start()
        timer.join()
        failing = threading.Thread(target=lambda: 1 / 0)
        failing.start()
        failing.join()
    finally:
        threading.excepthook = before
    return told
