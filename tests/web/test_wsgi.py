"""fastaudit.wsgi.SandboxMiddleware: calls, iterables and close() under the policy, by hand and under threaded servers."""

import contextlib
import http.client
import io
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

import flask
import pytest
import werkzeug.serving
import werkzeug.test
from servers import WAIT

from fastaudit import PermissionViolation, Policy
from fastaudit.wsgi import SandboxMiddleware


def by_path(probe):
    free = Policy.unrestricted()
    return lambda environ: probe.policies.get(environ["PATH_INFO"].removeprefix("/")[:1], free)


class Exchange:
    """One request as a server makes it, with what it saw in force where its own code ran."""

    def __init__(self, probe, path="/a"):
        self.probe, self.seen, self.started, self.written = probe, [], [], []
        self.environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET"}

    def start(self, *args):
        self.seen.append(self.probe())
        self.started.append(args)
        return self.write

    def write(self, data):
        self.seen.append(self.probe())
        self.written.append(data)

    def run(self, app):
        result = app(self.environ, self.start)
        try:
            for chunk in result:
                assert type(chunk) is bytes
                self.seen.append(self.probe())
                self.written.append(chunk)
        finally:
            if hasattr(result, "close"):
                result.close()
        return b"".join(self.written)


@pytest.fixture
def exchange(probe):
    exchange = Exchange(probe)
    yield exchange
    assert set(exchange.seen) <= {""}


@pytest.fixture
def held(probe):
    return lambda app, **options: SandboxMiddleware(app, policy=probe.policies["a"], **options)


def test_the_call_the_iterable_and_its_close_are_held(probe, exchange, held):
    seen = []

    class Body:
        def __iter__(self):
            seen.append(probe())
            yield b"x"
            seen.append(probe())
            yield b"y"

        def close(self):
            seen.append(probe())

    def app(environ, start_response):
        seen.append(probe())
        start_response("200 OK", [("A", "b")])(b"w")
        return Body()

    assert exchange.run(held(app)) == b"wxy"
    assert seen == ["a"] * 4
    assert exchange.started == [("200 OK", [("A", "b")])]
    assert exchange.environ["fastaudit.sandbox"].policy == probe.policies["a"]


def test_a_server_that_stops_half_way_closes_under_the_policy(probe, exchange, held):
    seen = []

    def app(environ, start_response):
        try:
            while True:
                yield b"x"
        finally:
            seen.append(probe())

    for ends in ("close", "__del__"):
        result = held(app)(exchange.environ, exchange.start)
        assert next(result) == b"x"
        assert probe() == ""
        if ends == "close":
            result.close()
            result.close()
            assert list(result) == []
        del result
    assert seen == ["a", "a"]


def test_a_violation_is_answered_with_403(probe, exchange, held):
    def app(environ, start_response):
        probe.files["a"].open()

    assert exchange.run(held(app)) == b"Forbidden"
    assert exchange.started[0][0] == "403 Forbidden"
    assert len(exchange.environ["fastaudit.sandbox"].violations) == 1


def test_a_violation_before_the_first_chunk_is_too(probe, exchange, held):
    def app(environ, start_response):
        start_response("200 OK", [])
        yield b""
        probe.files["a"].open()

    assert exchange.run(held(app)) == b"Forbidden"
    (first, second) = exchange.started
    assert (first[0], second[0], type(second[2][1])) == ("200 OK", "403 Forbidden", PermissionViolation)


def test_a_violation_after_a_chunk_is_raised_on(probe, exchange, held):
    def app(environ, start_response):
        start_response("200 OK", [])
        yield b"x"
        probe.files["a"].open()

    with pytest.raises(PermissionViolation):
        exchange.run(held(app))
    assert exchange.written == [b"x"]


@pytest.mark.parametrize("early", [True, False])
def test_a_handler_of_ones_own_answers_outside_of_the_policy(probe, exchange, held, early):
    def app(environ, start_response):
        if early:
            probe.files["a"].open()

        def chunks():
            start_response("200 OK", [])
            probe.files["a"].open()
            yield b"x"

        return chunks()

    def handler(environ, violation):
        assert environ is exchange.environ
        return flask.Response(f"{violation.right}:{probe()}", 418)

    assert exchange.run(held(app, on_violation=handler)) == b"read:"
    assert exchange.started[-1][0].startswith("418")


def test_other_errors_are_made_anew(probe, exchange, held):
    ran = []

    def note(*_):
        ran.append(probe())
        return "said"

    loud = type("Loud", (Exception,), {"__str__": note, "__repr__": note, "args": property(note)})

    def app(environ, start_response):
        if environ["PATH_INFO"] == "/call":
            raise loud
        if environ["PATH_INFO"] == "/given":
            try:
                raise loud
            except Exception as error:
                start_response("500 no", [], (type(error), error, error.__traceback__))
            return [b"x"]
        return Closes() if environ["PATH_INFO"] == "/close" else chunks()

    def chunks():
        yield b"x"
        raise loud

    class Closes(list):
        def close(self):
            raise loud

    for path in ("/call", "/iterate", "/close"):
        exchange.environ["PATH_INFO"] = path
        with pytest.raises(RuntimeError, match="Loud: said") as caught:
            exchange.run(held(app))
        "".join(traceback.format_exception(caught.value))
    exchange.environ["PATH_INFO"] = "/given"
    exchange.run(held(app))
    assert type(exchange.started[-1][2][1]) is RuntimeError
    assert set(ran) == {"a"}


def test_nothing_of_its_own_reaches_the_server(probe, exchange, held):
    class Text(str):
        pass

    class Bytes(bytes):
        def __len__(self):
            raise AssertionError

    def app(environ, start_response):
        environ["PATH_INFO"] = "/other"
        with pytest.raises(TypeError):
            start_response(object(), [])
        write = start_response(Text("200 OK"), [(Text("A"), Text("b"))])
        write(Bytes(b"v"))
        for wrong in ("text", object(), 7):
            with pytest.raises(TypeError):
                write(wrong)
        yield Bytes(b"w")
        yield "text"

    with pytest.raises(TypeError, match="gives bytes, not str"):
        exchange.run(held(app))
    (status, headers), *_ = exchange.started
    assert {type(text) for text in (status, *headers[0])} == {str}
    assert [type(chunk) for chunk in exchange.written] == [bytes, bytes]
    assert exchange.environ["PATH_INFO"] == "/a"


class Body(io.BytesIO):
    """A request's body that says what is in force where the server's own code runs."""

    def __init__(self, exchange, data):
        super().__init__(data)
        self.exchange = exchange

    def read(self, *size):
        self.exchange.seen.append(self.exchange.probe())
        return super().read(*size)


def test_the_servers_body_is_read_and_cannot_be_changed(exchange, held):
    exchange.environ["wsgi.input"] = body = Body(exchange, b"one\ntwo\nthree\nfour")
    exchange.environ["werkzeug.socket"] = object()

    def app(environ, start):
        given = environ["wsgi.input"]
        assert "werkzeug.socket" not in environ
        start("200 OK", [])
        parts = [given.read(2), given.readline(), *given.readlines(4), next(iter(given)), given.read()]
        for name in ("read", "readline", "readlines", "close"):
            with contextlib.suppress(AttributeError):
                setattr(given, name, None)
        return parts

    assert exchange.run(held(app)) == b"one\ntwo\nthree\nfour"
    assert vars(body) == {"exchange": exchange}
    assert len(exchange.seen) > 3


def test_middlewares_within_each_other_narrow(probe, exchange, hold, held):
    def app(environ, start_response):
        start_response("200 OK", [])
        yield probe().encode()

    inner = SandboxMiddleware(app, policy=probe.policies["b"])
    assert exchange.run(held(inner)) == b"ab"
    with hold("c"):
        made = SandboxMiddleware(app, policy=lambda environ: probe.policies["b"])
    exchange.written.clear()
    assert exchange.run(made) == b"bc"


def test_mistakes_are_told_at_once():
    for policy in (None, Policy, 7):
        with pytest.raises(TypeError, match="policy must be a Policy, or a function"):
            SandboxMiddleware(lambda *_: [], policy=policy)
    with pytest.raises(TypeError, match="app must be"):
        SandboxMiddleware(None, policy=Policy())
    with pytest.raises(TypeError, match="on_violation must be"):
        SandboxMiddleware(lambda *_: [], policy=Policy(), on_violation=1)
    with pytest.raises(TypeError, match="not NoneType"):
        SandboxMiddleware(lambda *_: [], policy=lambda environ: None)({}, None)


# ---- Flask under a threaded server ----


@pytest.fixture
def flasks(probe):
    app = flask.Flask("guests")
    app.wsgi_app = SandboxMiddleware(app.wsgi_app, policy=by_path(probe))
    app.closed = []

    @app.route("/<name>/plain")
    def plain(name):
        return probe() or "-"

    @app.route("/<name>/streamed")
    def streamed(name):
        @flask.stream_with_context
        def chunks():
            for _ in range(3):
                yield (probe() or "-") + flask.request.path[0]

        response = flask.Response(chunks())
        response.call_on_close(lambda: app.closed.append(probe()))
        return response

    @app.route("/<name>/body", methods=["POST"])
    def body(name):
        return f"{len(flask.request.get_data())} {probe()}"

    @app.route("/<name>/refused")
    def refused(name):
        probe.files[name].open()

    return app


@contextlib.contextmanager
def threaded(app):
    """Werkzeug's threaded server, which lives as long as the block; gives the port."""
    server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(WAIT)
        server.server_close()


def test_flask_under_a_threaded_server(flasks, probe):
    def ask(number):
        name = "abz"[number % 3]
        inside = name.replace("z", "-")
        answers = []
        for path, options in [("plain", {}), ("streamed", {}), ("body", {"method": "POST", "body": b"x" * 300_000})]:
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)) as connection:
                connection.request(options.get("method", "GET"), f"/{name}/{path}", options.get("body"))
                answers.append(connection.getresponse().read().decode())
        return answers == [inside, f"{inside}/" * 3, f"300000 {name.replace('z', '')}"] or answers

    with threaded(flasks) as port, ThreadPoolExecutor(4) as pool:
        assert set(map(repr, pool.map(ask, range(12)))) == {"True"}
    assert sorted(flasks.closed) == [""] * 4 + ["a"] * 4 + ["b"] * 4


def test_flask_answers_refusals_by_handlers_of_its_own(flasks):
    flasks.errorhandler(PermissionError)(lambda error: ("no", 403))
    environs = []

    def outer(environ, start_response):
        environs.append(environ)
        return flasks.wsgi_app(environ, start_response)

    answer = werkzeug.test.Client(outer).get("/a/refused")
    assert (answer.status_code, answer.text) == (403, "no")
    assert len(environs[0]["fastaudit.sandbox"].violations) == 1
