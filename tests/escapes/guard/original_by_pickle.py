"""The function that starts a shell is found by its pickled name."""

import pickle


def guest(world):
    pickle.loads(f"cposix\nsystem\n(S'touch {world.canary}.new'\ntR.".encode())
