"""The frames of a refusal's traceback are searched for what would leave the scope."""


def guest(world):
    try:
        open(world.canary, "w").close()
        return
    except PermissionError as error:
        kept = error
    step = kept.__traceback__
    while step is not None:
        frame = step.tb_frame
        while frame is not None:
            for value in list(frame.f_locals.values()):
                world.attempt(lambda value=value: value.__exit__(None, None, None))
            frame = frame.f_back
        step = step.tb_next
    for name in ("policy", "rule", "origin", "reason"):
        world.attempt(setattr, kept, name, None)
    world.harm()
