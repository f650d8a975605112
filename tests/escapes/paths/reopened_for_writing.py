"""A file that the host opened for reading is opened again for writing by its name in /proc."""


def host(world):
    world.file = open(world.canary)  # noqa: SIM115


def guest(world):
    with open(f"/dev/fd/{world.file.fileno()}", "w") as file:
        file.write("harmed")
