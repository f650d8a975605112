"""An error keeps the frames of a scope, and the guest raises it again outside of them."""

from fastaudit import Policy, sandbox


def guest(world):
    try:
        with sandbox(Policy.unrestricted()):
            raise KeyError
    except KeyError as error:
        kept = error
    try:
        raise kept
    except KeyError:
        world.harm()
