"""gevent: links, callbacks of the loop, groups, failures, results, other queues.
needs: gevent
"""

import gevent
import gevent.event
import gevent.local
import gevent.lock
import gevent.pool
import gevent.queue


class Worker(gevent.Greenlet):
    """What programs make of gevent's class."""

    def __init__(self, number):
        super().__init__()
        self.number = number

    def _run(self):
        gevent.sleep(0)
        return self.number


def guest(box):
    told, result, local = [], gevent.event.AsyncResult(), gevent.local.local()
    local.name = "x"
    workers = [Worker(number) for number in range(3)]
    for one in workers:
        one.link(lambda one: told.append(one.value))
        one.start()
    workers[0].rawlink(result)
    gevent.joinall(workers, raise_error=True)
    assert {one.value for one in gevent.iwait(workers)} == {0, 1, 2}
    assert result.get(timeout=5) == 0

    queue, ordered = gevent.queue.JoinableQueue(), gevent.queue.PriorityQueue()

    def consume():
        for item in queue:
            ordered.put((-item, item))
            queue.task_done()

    consumer = gevent.spawn(consume)
    for number in range(3):
        queue.put(number)
    queue.join()
    consumer.kill()
    told.append([ordered.get()[1] for _ in range(3)])

    group = gevent.pool.Group()
    group.apply_async(sum, ([1, 2],), callback=told.append)
    told.append(sorted(group.imap_unordered(str, range(3))))
    group.join()
    gevent.spawn_raw(told.append, "raw")
    gevent.get_hub().loop.run_callback(told.append, "soon")
    with gevent.lock.BoundedSemaphore(1), gevent.lock.RLock():
        gevent.sleep(0.001)
    failing = gevent.Greenlet(lambda: [][0])
    gevent.get_hub().exception_stream, stream = None, gevent.get_hub().exception_stream
    failing.link_exception(lambda one: told.append(type(one.exception).__name__))
    failing.start()
    failing.join()
    gevent.sleep(0.001)
    gevent.get_hub().exception_stream = stream
    return sorted(map(str, told)), local.name
