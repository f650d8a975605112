"""Shelves and pickles in files.
policy: Policy(read=[box], write=[box], allow=["umask"])
"""

import pickle
import shelve


def guest(box):
    with shelve.open(str(box / "shelf")) as shelf:
        shelf["key"] = {"a": [1, 2]}
    with shelve.open(str(box / "shelf")) as shelf, open(box / "pickle", "wb") as file:
        pickle.dump(shelf["key"], file)
    return pickle.loads((box / "pickle").read_bytes())
