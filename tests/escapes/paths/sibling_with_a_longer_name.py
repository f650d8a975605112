"""A file lies beside the granted folder, under a name that begins alike."""


def host(world):
    world.sibling = world.outside / "box"
    world.sibling.mkdir()
    (world.box / "inner").mkdir()


def guest(world):
    with open(f"{world.box}/../outside/box/new", "w") as file:
        file.write("x")
