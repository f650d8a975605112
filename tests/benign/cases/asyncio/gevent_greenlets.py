"""gevent: greenlets, pools, queues, events, time limits.
needs: gevent
"""

import gevent
import gevent.event
import gevent.pool
import gevent.queue


def guest(box):
    queue, done = gevent.queue.Queue(), gevent.event.Event()

    def consume():
        got = [queue.get() for _ in range(3)]
        done.set()
        return got

    consumer = gevent.spawn(consume)
    for number in range(3):
        gevent.spawn(queue.put, number)
    assert done.wait(5)
    doubled = gevent.pool.Pool(2).map(lambda number: number * 2, range(5))
    told = "in time"
    try:
        with gevent.Timeout(0.001):
            gevent.sleep(5)
    except gevent.Timeout:
        told = "too late"
    return sorted(consumer.get()), doubled, told
