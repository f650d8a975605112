"""dbm, in its plain form.
policy: Policy(read=[box], write=[box], allow=["umask"])
"""

import dbm.dumb


def guest(box):
    with dbm.dumb.open(str(box / "base"), "c") as base:
        base["key"] = "value"
    with dbm.dumb.open(str(box / "base")) as base:
        return base["key"]
