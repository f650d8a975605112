"""Greenlets that hand each other objects, as generators do.
needs: greenlet
"""

import greenlet


class Item:
    """Nothing plain."""

    def __init__(self, number):
        self.number = number


def guest(box):
    def produce(count):
        for number in range(count):
            greenlet.getcurrent().parent.switch(Item(number))
        return None

    def serve(job):
        while job is not None:
            job = greenlet.getcurrent().parent.switch(job())

    producer, server, got = greenlet.greenlet(produce), greenlet.greenlet(serve), []
    item = producer.switch(3)
    while item is not None:
        got.append(server.switch(lambda item=item: item.number * 2))
        item = producer.switch()
    server.switch(None)

    def fail():
        try:
            greenlet.getcurrent().parent.switch()
        except KeyError as error:
            return error.args

    failing = greenlet.greenlet(fail)
    failing.switch()
    return got, failing.throw(KeyError("x")), server.dead
