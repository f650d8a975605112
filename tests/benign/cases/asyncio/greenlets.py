"""Greenlets that take turns.
needs: greenlet
"""

import greenlet


def guest(box):
    main, seen = greenlet.getcurrent(), []

    def body(name):
        for number in range(3):
            seen.append((name, number))
            main.switch()

    turns = [greenlet.greenlet(body) for _ in range(2)]
    for _ in range(3):
        for name, one in zip("ab", turns, strict=True):
            one.switch(name)
    for one in turns:
        one.switch()
    return seen
