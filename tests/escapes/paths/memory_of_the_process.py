"""The memory of the process is opened to be written."""


def guest(world):
    open("/proc/self/mem", "r+b").close()
    world.canary.write_text("harmed")
