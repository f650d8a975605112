"""A path is nearly as long as paths may be."""


def guest(world):
    way = f"{world.box}" + "/." * 1800 + "/../outside/canary"
    with open(way, "w") as file:
        file.write("harmed")
