"""Memory that is shared under a name, where its folder is granted.
policy: Policy(read=[box, "/dev/shm"], write=[box, "/dev/shm"], run=["{python} *"])
"""

from multiprocessing import shared_memory


def guest(box):
    made = shared_memory.SharedMemory(create=True, size=16)
    made.buf[:5] = b"hello"
    again = shared_memory.SharedMemory(made.name)
    told = bytes(again.buf[:5])
    again.close()
    made.close()
    made.unlink()
    return told
