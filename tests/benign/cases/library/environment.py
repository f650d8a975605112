"""Variables of the environment that steer nothing."""

import os


def guest(box):
    os.environ["OF_THE_GUEST"] = "1"
    try:
        return os.environ["OF_THE_GUEST"], os.getenv("NOT_THERE", "none"), os.path.expandvars("$OF_THE_GUEST")
    finally:
        del os.environ["OF_THE_GUEST"]
