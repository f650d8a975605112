"""What the package is made of is replaced by what allows everything."""

import fastaudit
from fastaudit import _core, _scope


def guest(world):
    kept = [(module, dict(vars(module))) for module in (fastaudit, _core, _scope)]
    try:
        for module, names in kept:
            for name, value in names.items():
                if callable(value) and not name.startswith("__"):
                    setattr(module, name, lambda *_, **__: None)
        world.harm()
    finally:
        for module, names in kept:
            vars(module).update(names)
