"""
A callback of the monitoring does the harm.
since: 3.12
"""

import sys


def guest(world):
    tool, events = 4, sys.monitoring.events.PY_START

    def callback(*_):
        sys.monitoring.set_events(tool, 0)
        world.attempt(world.harm)

    sys.monitoring.use_tool_id(tool, "guest")
    try:
        sys.monitoring.register_callback(tool, events, callback)
        sys.monitoring.set_events(tool, events)
        (lambda: None)()
    finally:
        sys.monitoring.set_events(tool, 0)
        sys.monitoring.free_tool_id(tool)
