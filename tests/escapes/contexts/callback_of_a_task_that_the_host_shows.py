"""A callback that is added to the host's task shows itself when the host shows the task."""

import asyncio

import hosts

enter = hosts.in_a_task_that_is_shown


def guest(world):
    class Callback:
        def __call__(self, task):
            pass

        def __repr__(self):
            world.attempt(world.harm)
            return ""

    asyncio.current_task().add_done_callback(Callback())
