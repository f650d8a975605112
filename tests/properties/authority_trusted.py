"""Trusted calls of a generated program, and the model beside them."""

from fastaudit import current, trusted


class Tools:
    """Trusted functions that the host made, with a policy by name or none, and those that the program made."""

    def __init__(self, policies):
        self.policies = policies
        self.made = [(self.make(name), name, []) for name in (None, *policies)]

    def make(self, name):
        """Make one, here."""
        return trusted(lambda act: act(), None if name is None else self.policies[name])

    def clear(self):
        """Let go of them."""
        self.made.clear()


def call(world, order):
    """Call one of them, or one that is made here, and perform orders in it."""
    if order.number % 4 == 3:
        name = order.name if order.number // 4 % 2 else None
        world.tools.made.append((world.tools.make(name), name, world.model.carried(world.here)))
    tool, name, maker = world.tools.made[-1 if order.number % 4 == 3 else order.number % len(world.tools.made)]
    direct = name is None and not maker and not world.model.of(world.here)

    def inside():
        if direct:
            world.perform_all(order.orders)
            return
        scope = world.model.begin_trusted(world.here, name, maker)
        try:
            if name is not None:
                world.note(scope, current())
            world.probe()
            world.perform_all(order.orders)
            world.probe()
        finally:
            world.model.end_trusted(world.here)

    tool(inside)
