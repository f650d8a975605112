"""What OpenSSL reads for ssl, by names of a guest's choice, is read by right; clients of TLS work as ever."""

import _ssl
import asyncio
import http.server
import os
import ssl
import threading
import urllib.request
from pathlib import Path

import aiohttp
import certifi
import httpx
import pytest
import requests

from fastaudit import Policy, Violation, sandbox

pytest.importorskip("cryptography", reason="cryptography cannot be obtained for this Python")

import made_certificates

CLIENT, SERVER = ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER


@pytest.fixture(scope="module")
def pems(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pems").resolve()
    made_certificates.make(folder)
    (folder / "folder").mkdir()
    (folder / "dh.pem").write_text("no parameters")
    return folder


READS = {
    "certificate": ("cert.pem", lambda f: ssl.SSLContext(SERVER).load_cert_chain(f / "cert.pem", f / "key.pem")),
    "certificate as str": ("cert.pem", lambda f: ssl.SSLContext(SERVER).load_cert_chain(str(f / "cert.pem"))),
    "certificate as bytes": ("cert.pem", lambda f: ssl.SSLContext(SERVER).load_cert_chain(os.fsencode(f / "cert.pem"))),
    "certificate by name": ("cert.pem", lambda f: ssl.SSLContext(SERVER).load_cert_chain(certfile=f / "cert.pem")),
    "key": ("key.pem", lambda f: ssl.SSLContext(SERVER).load_cert_chain(f / "cert.pem", keyfile=f / "key.pem")),
    "authorities": ("ca.pem", lambda f: ssl.SSLContext(CLIENT).load_verify_locations(f / "ca.pem")),
    "authorities by name": ("ca.pem", lambda f: ssl.SSLContext(CLIENT).load_verify_locations(cafile=str(f / "ca.pem"))),
    "folder": ("folder", lambda f: ssl.SSLContext(CLIENT).load_verify_locations(capath=f / "folder")),
    "folder by position": ("folder", lambda f: ssl.SSLContext(CLIENT).load_verify_locations(None, f / "folder", None)),
    "parameters": ("dh.pem", lambda f: ssl.SSLContext(SERVER).load_dh_params(f / "dh.pem")),
    "parameters as str": ("dh.pem", lambda f: ssl.SSLContext(SERVER).load_dh_params(str(f / "dh.pem"))),
    "decoded": ("cert.pem", lambda f: _ssl._test_decode_cert(str(f / "cert.pem"))),
    "context": ("ca.pem", lambda f: len(ssl.create_default_context(cafile=f / "ca.pem").get_ca_certs())),
    "missing": ("none.pem", lambda f: ssl.SSLContext(SERVER).load_cert_chain(f / "none.pem")),
    "through a folder": (
        "cert.pem",
        lambda f: ssl.SSLContext(SERVER).load_cert_chain(f / "folder" / ".." / "cert.pem"),
    ),
}


def outcome(act, folder):
    try:
        return act(folder)
    except Violation:
        raise
    except OSError as error:
        return type(error), error.errno, error.filename


@pytest.mark.parametrize("which", READS)
def test_what_is_read_is_read_by_right(pems, which):
    name, act = READS[which]
    other = [str(pems / each) for each in ("cert.pem", "ca.pem") if each != name]
    with sandbox(Policy(read=other)) as box, pytest.raises(Violation) as caught:
        act(pems)
    assert (caught.value.right, caught.value.target) == ("read", str(pems / name))
    assert f'read=["{pems / name}"]' in str(caught.value)
    assert len(box.violations) == 1
    bare = outcome(act, pems)
    for granting in (Policy(read=[pems]), Policy(read=True), Policy.unrestricted()):
        with sandbox(granting) as box:
            assert outcome(act, pems) == bare
        assert box.violations == ()


def test_a_link_is_what_it_leads_to(pems, tmp_path):
    os.symlink(pems / "cert.pem", tmp_path / "link.pem")
    with sandbox(Policy(read=[tmp_path])), pytest.raises(Violation) as caught:
        ssl.SSLContext(SERVER).load_cert_chain(tmp_path / "link.pem")
    assert caught.value.target == str(pems / "cert.pem")
    with sandbox(Policy(read=[pems])):
        ssl.SSLContext(CLIENT).load_verify_locations(tmp_path / "link.pem")


def test_names_count_from_the_directory_of_the_process(pems, monkeypatch):
    monkeypatch.chdir(pems)
    with sandbox(Policy(read=[pems / "ca.pem"])):
        ssl.SSLContext(CLIENT).load_verify_locations("ca.pem")
        with pytest.raises(Violation):
            ssl.SSLContext(SERVER).load_cert_chain("cert.pem", "key.pem")


def test_a_path_is_asked_once(pems):
    class Twice:
        def __init__(self):
            self.answers = iter([str(pems / "ca.pem"), str(pems / "cert.pem")])

        def __fspath__(self):
            return next(self.answers)

    with sandbox(Policy(read=[pems / "ca.pem"])):
        context = ssl.SSLContext(CLIENT)
        context.load_verify_locations(Twice())
        with pytest.raises(ssl.SSLError):  # no key in there
            context.load_cert_chain(Twice())
    assert [dict(pair[0] for pair in each["subject"]) for each in context.get_ca_certs()] == [
        {"commonName": "of the test"}
    ]


def test_the_text_of_certificates_and_a_password_need_nothing_more(pems):
    text = (pems / "ca.pem").read_text()
    with sandbox(Policy(read=[pems / "cert.pem", pems / "locked.pem"])) as box:
        ssl.SSLContext(CLIENT).load_verify_locations(cadata=text)
        context = ssl.SSLContext(SERVER)
        for password in (made_certificates.PASSWORD, lambda: made_certificates.PASSWORD):
            context.load_cert_chain(pems / "cert.pem", pems / "locked.pem", password)
            context.load_cert_chain(pems / "cert.pem", keyfile=pems / "locked.pem", password=password)
    assert box.violations == ()


@pytest.mark.parametrize("wrong", [(), (5,), ("a\0b",), (None,), (b"x", b"y", b"z", b"u"), ([],)])
def test_calls_without_sense_are_pythons(wrong):
    with sandbox(Policy(read=True)):
        for name in ("load_cert_chain", "load_verify_locations", "load_dh_params"):
            with pytest.raises((TypeError, ValueError, OSError)) as caught:
                getattr(ssl.SSLContext(SERVER), name)(*wrong)
            assert not isinstance(caught.value, Violation)


def test_the_authorities_of_the_system_and_of_certifi_belong_to_python(monkeypatch, pems):
    with sandbox(Policy()) as box:
        context = ssl.create_default_context()
        context.set_default_verify_paths()
        context.load_default_certs()
        ssl.create_default_context(cafile=certifi.where())
        paths = ssl.get_default_verify_paths()
        if paths.cafile:
            context.load_verify_locations(paths.cafile, paths.capath)
    assert box.violations == ()
    # The variables that name others are the host's to set.
    with sandbox(Policy()), pytest.raises(Violation) as caught:
        os.environ["SSL_CERT_FILE"] = str(pems / "cert.pem")
    assert caught.value.right == "env"


@pytest.mark.parametrize("kind", [str, Path])
def test_the_log_of_keys_is_written_by_right(tmp_path, kind):
    log = tmp_path.resolve() / "keys.log"
    with sandbox(Policy()), pytest.raises(Violation):
        ssl.SSLContext(CLIENT).keylog_filename = kind(log)
    assert not log.exists()
    with sandbox(Policy(write=[tmp_path])):
        ssl.SSLContext(CLIENT).keylog_filename = kind(log)
    assert log.exists()


# ---- clients, as programs use them ----


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"done")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def port(pems):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(SERVER)
    context.load_cert_chain(pems / "cert.pem", pems / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def by_urllib(url, ca):
    return urllib.request.urlopen(url, context=ssl.create_default_context(cafile=ca)).read()


def by_requests(url, ca):
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, verify=str(ca)).content


def by_httpx(url, ca):
    with httpx.Client(verify=ssl.create_default_context(cafile=ca), trust_env=False) as client:
        return client.get(url).content


def by_aiohttp(url, ca):
    async def main():
        context = ssl.create_default_context(cafile=ca)
        async with aiohttp.ClientSession() as session, session.get(url, ssl=context) as response:
            return await response.read()

    return asyncio.run(main())


@pytest.mark.parametrize("client", [by_urllib, by_requests, by_httpx, by_aiohttp])
def test_clients_of_tls_work(port, pems, client):
    url, ca = f"https://127.0.0.1:{port}/", pems / "ca.pem"
    assert client(url, ca) == b"done"
    with sandbox(Policy(connect=[f"127.0.0.1:{port}"], read=[ca])) as box:
        assert client(url, ca) == b"done"
    assert box.violations == ()
    with sandbox(Policy(connect=[f"127.0.0.1:{port}"])) as box, pytest.raises(OSError) as caught:
        client(url, ca)
    assert "ca.pem" in str(caught.value) or "certificate" in str(caught.value)
    assert client(url, ca) == b"done"


def test_a_server_of_tls_works_inside(pems):
    with sandbox(Policy(listen=["127.0.0.1:*"], connect=["127.0.0.1:*"], read=[pems])) as box:

        async def main():
            context = ssl.SSLContext(SERVER)
            context.load_cert_chain(pems / "cert.pem", pems / "key.pem")
            served = []

            async def serve(reader, writer):
                served.append(await reader.readline())
                writer.close()

            server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
            port = server.sockets[0].getsockname()[1]
            client = ssl.create_default_context(cafile=pems / "ca.pem")
            _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client)
            writer.write(b"line\n")
            await writer.drain()
            while not served:
                await asyncio.sleep(0.001)
            writer.close()
            server.close()
            return served

        assert asyncio.run(main()) == [b"line\n"]
    assert box.violations == ()
