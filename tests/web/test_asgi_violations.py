"""What SandboxMiddleware makes of violations and other errors, and of mistakes in using it."""

import asyncio
import copy
import functools
import inspect
import traceback

import pytest
from servers import Exchange

from fastaudit import ImportViolation, PermissionViolation, Policy, PolicyError
from fastaudit.asgi import SandboxMiddleware


def held(app, probe, **options):
    return SandboxMiddleware(app, policy=probe.policies["a"], **options)


@pytest.fixture
def refused(probe):
    """Do something that the policy refuses."""
    return lambda: probe.files["a"].open()


def test_a_violation_is_answered_with_403(probe, refused):
    async def app(scope, receive, send):
        refused()

    exchange = Exchange()
    exchange.run(held(app, probe))
    start, body = exchange.sent
    assert (start["status"], body["body"]) == (403, b"Forbidden")
    assert dict(start["headers"])[b"content-length"] == b"9"
    (violation,) = exchange.scope["state"]["sandbox"].violations
    assert violation.target == str(probe.files["a"])


def test_a_violation_after_the_beginning_is_raised_on(probe, refused):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        refused()

    exchange = Exchange()
    with pytest.raises(PermissionViolation) as caught:
        exchange.run(held(app, probe))
    assert [message["type"] for message in exchange.sent] == ["http.response.start"]
    assert caught.value.target == str(probe.files["a"])
    assert "refused" in str(caught.value)


def test_a_violation_that_the_application_handles_is_in_the_record_only(probe, refused):
    async def app(scope, receive, send):
        with pytest.raises(PermissionViolation):
            refused()
        await send({"type": "http.response.start", "status": 204, "headers": []})

    exchange = Exchange()
    exchange.run(held(app, probe))
    assert exchange.sent[0]["status"] == 204
    assert len(exchange.scope["state"]["sandbox"].violations) == 1


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_handler_of_ones_own_answers_outside_of_the_policy(probe, refused, asynchronous):
    given = []

    async def answer(scope, receive, send):
        await send({"type": "http.response.start", "status": 451, "headers": []})
        await send({"type": "http.response.body", "body": probe().encode()})

    def handler(scope, violation):
        given.append((scope, type(violation), violation.right, probe()))
        return answer

    async def awaits(scope, violation):
        await asyncio.sleep(0)
        return handler(scope, violation)

    async def app(scope, receive, send):
        refused()

    exchange = Exchange()
    exchange.run(held(app, probe, on_violation=awaits if asynchronous else handler))
    assert [exchange.sent[0]["status"], exchange.sent[1]["body"]] == [451, b""]
    assert given == [(exchange.scope, PermissionViolation, "read", "")]


def test_a_handler_that_gives_no_application_is_told_so(probe, refused):
    async def app(scope, receive, send):
        refused()

    with pytest.raises(TypeError, match="on_violation must give an ASGI application"):
        Exchange().run(held(app, probe, on_violation=lambda scope, violation: None))


def test_imports_that_were_refused_are_violations_too():
    kinds = []

    async def answer(scope, receive, send):
        pass

    def handler(scope, violation):
        kinds.append(type(violation))
        return answer

    async def imports(scope, receive, send):
        __import__("fastaudit_missing", level=0)

    Exchange().run(SandboxMiddleware(imports, policy=Policy(imports=["json"]), on_violation=handler))
    assert kinds == [ImportViolation]


@pytest.mark.parametrize("deep", [False, True])
def test_a_group_of_violations_is_one(probe, refused, deep):
    async def app(scope, receive, send):
        async def one():
            refused()

        async def several():
            async with asyncio.TaskGroup() as group:
                group.create_task(one())
                group.create_task(one())

        async with asyncio.TaskGroup() as group:
            group.create_task(several() if deep else one())

    exchange = Exchange()
    exchange.run(held(app, probe))
    assert exchange.sent[0]["status"] == 403


def test_a_group_with_something_else_is_none(probe, refused):
    async def app(scope, receive, send):
        errors = [ValueError("x")]
        try:
            refused()
        except PermissionViolation as error:
            errors.append(error)
        raise ExceptionGroup("both", errors)

    exchange = Exchange()
    with pytest.raises(RuntimeError, match="both"):
        exchange.run(held(app, probe))
    assert exchange.sent == []


def test_warn_lets_go_and_records(probe, refused):
    async def app(scope, receive, send):
        refused().close()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    exchange = Exchange()
    exchange.run(held(app, probe, mode="warn"))
    assert exchange.sent[0]["status"] == 200
    assert len(exchange.scope["state"]["sandbox"].violations) == 1


# ---- websockets ----


def test_a_websocket_is_closed_with_1008_before_it_is_accepted(probe, refused):
    async def app(scope, receive, send):
        refused()

    exchange = Exchange("websocket")
    exchange.run(held(app, probe))
    assert [(message["type"], message["code"]) for message in exchange.sent] == [("websocket.close", 1008)]


def test_a_websocket_is_denied_where_the_server_can(probe, refused):
    async def app(scope, receive, send):
        refused()

    exchange = Exchange("websocket", extensions={"websocket.http.response": {}})
    exchange.run(held(app, probe))
    assert exchange.sent[0]["type"] == "websocket.http.response.start"
    assert exchange.sent[0]["status"] == 403
    assert exchange.sent[1]["type"] == "websocket.http.response.body"


def test_an_accepted_websocket_is_closed_with_1008(probe, refused):
    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})
        refused()

    exchange = Exchange("websocket", extensions={"websocket.http.response": {}})
    exchange.run(held(app, probe))
    assert [message["type"] for message in exchange.sent] == ["websocket.accept", "websocket.close"]
    assert exchange.sent[1]["code"] == 1008


def test_a_violation_after_a_websocket_was_closed_is_raised_on(probe, refused):
    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close"})
        refused()

    exchange = Exchange("websocket")
    with pytest.raises(PermissionViolation):
        exchange.run(held(app, probe))
    assert len(exchange.sent) == 2


def test_a_protocol_that_nobody_knows_is_held(probe, refused):
    async def app(scope, receive, send):
        refused()

    exchange = Exchange("pigeon")
    with pytest.raises(PermissionViolation):
        exchange.run(held(app, probe))


# ---- other errors ----


@pytest.mark.parametrize(
    "error",
    [ValueError("a", 1), KeyError("k"), FileNotFoundError(2, "no", "f"), asyncio.CancelledError("m"), SystemExit(3)],
    ids=lambda error: type(error).__name__,
)
def test_errors_of_built_in_classes_keep_class_and_arguments(probe, error):
    async def app(scope, receive, send):
        raise error

    with pytest.raises(type(error)) as caught:
        asyncio.run(stepped(held(app, probe)))
    assert type(caught.value) is type(error)
    assert caught.value is not error
    assert caught.value.args == error.args


async def stepped(middleware):
    """Step it by hand: SystemExit would end a loop."""
    exchange = Exchange()
    middleware(exchange.scope, exchange.receive, exchange.send).send(None)


def test_other_errors_become_one_that_tells_what_and_where(probe):
    class Own(Exception):
        pass

    async def app(scope, receive, send):
        try:
            {}["missing"]
        except KeyError as error:
            raise Own("this way") from error

    with pytest.raises(RuntimeError) as caught:
        Exchange().run(held(app, probe))
    assert str(caught.value).endswith("Own: this way")
    assert caught.value.__context__ is None
    told = "\n".join(caught.value.__notes__)
    assert __file__ in told
    assert "in test_other_errors_become_one_that_tells_what_and_where.<locals>.app" in told
    assert "Before that: KeyError: 'missing'" in told
    frames = [frame.f_code.co_name for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    assert "app" not in frames


# ---- what the application is given ----


def test_what_it_puts_into_its_scope_stays_inside(probe):
    async def app(scope, receive, send):
        scope["path"] = "/other"
        scope["headers"].append((b"x", b"y"))
        scope["state"]["mine"] = scope["state"].pop("shared")
        scope["state"]["sandbox"] = None
        scope["extensions"].clear()
        scope["asgi"]["version"] = "0"

    exchange = Exchange(headers=[(b"a", b"b")], state={"shared": 1}, extensions={"tls": {}}, asgi={"version": "3.0"})
    before = copy.deepcopy(exchange.scope)
    exchange.run(held(app, probe))
    assert exchange.scope["state"].pop("sandbox").policy == probe.policies["a"]
    assert exchange.scope == before


def test_its_scope_shows_the_box_too(probe):
    boxes = []

    async def app(scope, receive, send):
        boxes.append(scope["state"]["sandbox"])

    exchange = Exchange()
    exchange.run(held(app, probe))
    assert boxes == [exchange.scope["state"]["sandbox"]]


def test_the_policy_none_holds_nothing_and_keeps_scopes_from_the_server(probe, hold):
    seen = []

    @hold("a")
    async def endpoint(receive, send):
        seen.append(probe())
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def app(scope, receive, send):
        seen.append(probe())
        await endpoint(receive, send)

    exchange = Exchange(probe=probe)
    exchange.run(SandboxMiddleware(app, policy=None))
    assert seen == ["", "a"]
    assert exchange.seen == ["", ""]
    assert "state" not in exchange.scope


# ---- mistakes ----


@pytest.mark.parametrize("policy", ["read", Policy, 7, object()], ids=["a text", "a class", "a number", "an object"])
def test_what_is_no_policy_is_told_at_once(policy):
    with pytest.raises(TypeError, match="policy must be a Policy, a function that gives one, or None"):
        SandboxMiddleware(lambda *_: None, policy=policy)


def test_other_mistakes_are_told_at_once():
    with pytest.raises(TypeError, match="app must be"):
        SandboxMiddleware(None, policy=Policy())
    with pytest.raises(TypeError, match="policy"):
        SandboxMiddleware(lambda *_: None)
    with pytest.raises(TypeError, match="on_violation must be"):
        SandboxMiddleware(lambda *_: None, policy=Policy(), on_violation=403)
    with pytest.raises(ValueError, match='"warn"'):
        SandboxMiddleware(lambda *_: None, policy=Policy(), mode="worn")
    with pytest.raises(ValueError, match='"warn"'):
        SandboxMiddleware(lambda *_: None, policy=lambda scope: Policy(), mode="worn")
    assert issubclass(PolicyError, ValueError)


def wsgi(environ, start_response):
    return []


class Served:
    def __call__(self, environ, start_response):
        return []

    def method(self, environ, start_response):
        return []


@pytest.mark.parametrize("app", [wsgi, Served(), Served().method], ids=["function", "object", "method"])
def test_an_application_for_wsgi_is_told_at_once(app):
    with pytest.raises(TypeError, match=r"two arguments, as WSGI applications do: fastaudit\.wsgi"):
        SandboxMiddleware(app, policy=Policy())


def test_the_class_of_the_middleware_is_no_application():
    with pytest.raises(TypeError, match="not the class of the middleware itself"):
        SandboxMiddleware(SandboxMiddleware, policy=Policy())


def test_applications_whose_arguments_cannot_be_seen_are_taken():
    class Older:
        def __init__(self, scope):
            pass

    for app in (Older, lambda *args: None, functools.partial(wsgi, None), SandboxMiddleware(len, policy=None)):
        SandboxMiddleware(app, policy=Policy())


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_function_that_gives_no_policy_lets_nothing_run(asynchronous):
    ran = []

    async def app(scope, receive, send):
        ran.append(1)

    async def awaits(scope):
        return None

    with pytest.raises(TypeError, match="takes a Policy, not NoneType"):
        Exchange().run(SandboxMiddleware(app, policy=awaits if asynchronous else lambda scope: None))
    assert ran == []


def test_an_error_of_the_function_is_raised_as_it_is():
    class Own(Exception):
        pass

    def choose(scope):
        raise Own

    with pytest.raises(Own):
        Exchange().run(SandboxMiddleware(lambda *_: None, policy=choose))


def test_servers_see_an_asgi_3_application(probe):
    async def app(scope, receive, send):
        pass

    middleware = held(app, probe)
    assert inspect.iscoroutinefunction(type(middleware).__call__)
    assert list(inspect.signature(middleware).parameters) == ["scope", "receive", "send"]
    exchange = Exchange()
    asyncio.run(middleware(send=exchange.send, receive=exchange.receive, scope=exchange.scope))
    assert repr(middleware).startswith("SandboxMiddleware(<function")
