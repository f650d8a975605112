"""What os says its functions can do is the same before, inside and after the first scope."""

import json

SCRIPT = """
import json, os, sys

NAMES = ("supports_fd", "supports_dir_fd", "supports_follow_symlinks", "supports_effective_ids")

def known():
    functions = {name: value for name, value in vars(os).items() if callable(value)}
    sets = {name: getattr(os, name) for name in NAMES}
    # By membership, which goes by the hash, and by what is in there.
    found = {each: sorted(name for name in functions if functions[name] in sets[each]) for each in NAMES}
    return found | {f"{each}, listed": sorted(item.__name__ for item in sets[each]) for each in NAMES}

told = [known()]
from fastaudit import Policy, sandbox
told.append(known())
with sandbox(Policy()):
    told.append(known())
told.append(known())
with sandbox(Policy()):
    told.append(known())
print(json.dumps(told))
"""


def test_whole_sets_are_the_same(run):
    bare, *later = json.loads(run(SCRIPT, prelude=False)[0])
    assert {"execve", "stat", "chdir"} <= {*bare["supports_fd"]}
    assert {"open", "stat", "rename"} <= {*bare["supports_dir_fd"]}
    assert "access" in bare["supports_effective_ids"]
    assert "chown" in bare["supports_follow_symlinks"]
    for now in later:
        assert now == bare
