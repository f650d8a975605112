"""
The host's task is given a name that shows itself when the host shows the task.
unseen: the name becomes a plain one
"""

import asyncio

import hosts

enter = hosts.in_a_task_that_is_shown


def guest(world):
    class Name(str):
        def __str__(self):
            return self

        def __repr__(self):
            world.attempt(world.harm)
            return ""

    asyncio.current_task().set_name(Name("name"))
