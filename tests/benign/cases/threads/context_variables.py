"""Context variables in threads and pools."""

import concurrent.futures
import contextvars

variable = contextvars.ContextVar("variable", default="none")


def guest(box):
    token = variable.set("set")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        told = pool.submit(contextvars.copy_context().run, variable.get).result()
    variable.reset(token)
    return told, variable.get()
