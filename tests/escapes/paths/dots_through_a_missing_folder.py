"""A path climbs out by a folder that the guest makes first."""


def guest(world):
    (world.box / "a").mkdir()
    with open(f"{world.box}/a/.././/../outside/./canary", "w") as file:
        file.write("harmed")
