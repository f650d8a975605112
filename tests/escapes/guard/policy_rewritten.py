"""The policy in force is rewritten, by whatever writes attributes."""

import fastaudit
from fastaudit import Policy


def guest(world):
    policy, wide = fastaudit.current().policy if fastaudit.current() else Policy(), Policy.unrestricted()
    for name in ("_parts", "_ruleset", "_unfound", "read", "write", "modify", "create", "name"):
        value = world.attempt(getattr, wide, name)
        world.attempt(object.__setattr__, policy, name, value)
        world.attempt(setattr, policy, name, value)
        world.attempt(setattr, Policy, name, value)
    world.attempt(lambda: policy.__setstate__(world.attempt(wide.__reduce_ex__, 2)))
    world.attempt(policy.__init__, write=True)
    world.attempt(setattr, policy, "__class__", type(wide))
    world.harm()
