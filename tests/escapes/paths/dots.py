"""A path climbs out of the granted folder."""


def guest(world):
    with open(f"{world.box}/../outside/canary", "w") as file:
        file.write("harmed")
