"""Give a future of the host's a callback that is called like what wakes a task, inside a context of the host's."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    class Task:
        def __wakeup(self, _):
            world.harm()

    loop = asyncio.get_running_loop()
    done = loop.create_future()
    wakeup = Task()._Task__wakeup
    world.context.run(lambda: done.add_done_callback(wakeup, context=world.context))
    loop.call_later(0.01, done.set_result, None)
