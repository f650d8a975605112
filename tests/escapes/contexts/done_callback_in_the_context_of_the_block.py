"""Have a callback called in the very context in which the scope was entered, when that has been left.
since: 3.12
"""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    done.add_done_callback(world.harm, context=asyncio.current_task().get_context())
    loop.call_later(0.01, done.set_result, None)
