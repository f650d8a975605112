"""What daphne serves, in a process of its own; the folder of the probe is in its environment."""

import importlib.util
import os
from pathlib import Path

from endpoints import routes
from servers import Spy, by_path
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from fastaudit.asgi import SandboxMiddleware

spec = importlib.util.spec_from_file_location("common", Path(__file__).parents[1] / "conftest.py")
common = importlib.util.module_from_spec(spec)
spec.loader.exec_module(common)
probe = common.Probe(Path(os.environ["PROBE"]).resolve())


async def seen(request):
    """Tell what the server's own code saw; as the last request."""
    return PlainTextResponse(repr(set(application.seen)))


inner = Starlette(routes=[*routes(probe, []), Route("/seen", seen)])
application = Spy(SandboxMiddleware(inner, policy=by_path(probe)), probe)
