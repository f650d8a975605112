"""The guest does the harm in the handlers of an error, of an error."""


def guest(world):
    try:
        raise KeyError
    except KeyError:
        try:
            raise ValueError from None
        finally:
            world.harm()
