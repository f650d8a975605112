"""A path goes through the process's root directory in /proc."""


def guest(world):
    with open(f"/proc/self/root{world.canary}", "w") as file:
        file.write("harmed")
