"""The guest runs three times: it leaves a scope of its own open, makes a trusted function, and ends that scope inside."""

from fastaudit import Policy, sandbox, trusted


def enter(world, manager, guest):
    left = []
    for _ in range(3):
        with manager:
            guest(world, left)


def guest(world, left):
    def body():
        with sandbox(Policy.unrestricted()):
            yield

    def inside():
        left[0].close()
        world.harm()

    if not left:
        left.append(body())
        next(left[0])
    elif len(left) == 1:
        left.append(trusted(lambda act: act()))
    else:
        left[1](inside)
