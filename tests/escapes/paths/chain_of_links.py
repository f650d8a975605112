"""Links that each look harmless lead out together."""


def host(world):
    (world.box / "deep").mkdir()
    (world.box / "deep" / "up").symlink_to("..")
    (world.box / "twice").symlink_to("deep/up/..")


def guest(world):
    (world.box / "twice" / "outside" / "canary").write_text("harmed")
