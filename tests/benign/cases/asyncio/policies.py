"""A loop that is made by an event loop policy of one's own, which is set and put back."""

import asyncio
import warnings


def guest(box):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = asyncio.get_event_loop_policy()

        class Policy(type(before)):
            def new_event_loop(self):
                made.append("a loop")
                return super().new_event_loop()

        made = []
        asyncio.set_event_loop_policy(Policy())
        try:
            value = asyncio.run(asyncio.sleep(0, "slept"))
        finally:
            asyncio.set_event_loop_policy(before)
        return value, made, asyncio.get_event_loop_policy() is before
