"""Run with resolver.c preloaded: connecting by name as users do, in scopes of their own; one line of JSON."""

import asyncio
import concurrent.futures
import contextlib
import http.server
import json
import socket
import threading
import traceback

import aiohttp
import httpx
import requests

from fastaudit import Policy, sandbox

NAMES = {"one.example": "127.0.0.1", "two.example": "127.0.0.2", "six.example": "::1", "both.example": "127.0.0.1"}


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = self.server.server_address[0].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, port):
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, port), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()


async def by_streams(name, port, **options):
    reader, writer = await asyncio.open_connection(name, port, **options)
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    text = (await reader.read()).rpartition(b"\r\n")[2].decode()
    writer.close()
    return text


async def by_happy_eyeballs(name, port):
    return await by_streams(name, port, happy_eyeballs_delay=0.05)


async def by_httpx(name, port):
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"http://{name}:{port}/")).text


async def by_httpx_without_a_loop(name, port):
    def get():
        with httpx.Client(trust_env=False) as client:
            return client.get(f"http://{name}:{port}/").text

    return await asyncio.to_thread(get)


async def by_requests(name, port):
    return await asyncio.to_thread(lambda: requests.get(f"http://{name}:{port}/", timeout=30).text)


async def by_aiohttp(name, port):
    async with aiohttp.ClientSession() as session, session.get(f"http://{name}:{port}/") as response:
        return await response.text()


async def by_numbers(name, port):
    infos = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return await by_streams(infos[-1][4][0], port)


WAYS = [by_streams, by_happy_eyeballs, by_httpx, by_httpx_without_a_loop, by_requests, by_aiohttp, by_numbers]


async def outcome(way, name, port):
    """Whom it reached, or that it was refused: the libraries wrap what the guard raises."""
    try:
        return await asyncio.wait_for(way(name, port), 60)
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        return "refused" if "refused: " in text or "PermissionViolation" in text else text


async def tenant(way, name, other, port, told):
    """May connect to one name; tries it, then another's, by its name and by its number."""
    with sandbox(Policy(connect=[f"{name}:{port}"])):
        first = await outcome(way, name, port)
        await asyncio.sleep(0)
        rest = [await outcome(by_streams, address, port) for address in (other, NAMES[other])]
    told[f"{way.__name__} {name}"] = [first, *rest]


async def all_tenants(port):
    """All at once: each way for two names, so that every look-up lies among those of others."""
    told = {}
    pairs = [("one.example", "two.example"), ("two.example", "one.example"), ("six.example", "two.example")]
    await asyncio.gather(*(tenant(way, *pair, port, told) for way in WAYS for pair in pairs))
    told["of the host's"] = [await outcome(way, "one.example", port) for way in WAYS]
    with sandbox(Policy(connect=[f"both.example:{port}"])):
        told["both families"] = [await outcome(way, "both.example", port) for way in WAYS]
    return told


def tries(address, port):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as client:
        try:
            client.connect((address, port))
        except PermissionError:
            return "refused"
    return "connected"


def attacks(port, other_port):
    told = {}
    policy = Policy(connect=[f"one.example:{port}"])

    with sandbox(policy):
        socket.getaddrinfo("one.example", port)
        told["another port of what was asked for"] = tries("127.0.0.1", other_port)
    with sandbox(policy):
        told["asked in another scope"] = tries("127.0.0.1", port)
        real = socket.getaddrinfo
        try:
            socket.getaddrinfo = lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", port))]
            with contextlib.suppress(PermissionError):
                socket.create_connection(("one.example", port), 5).close()
                told["lies"] = "connected"
        finally:
            socket.getaddrinfo = real
        told["after lies"] = tries("127.0.0.2", port)
        with contextlib.suppress(PermissionError):
            socket.getnameinfo(("127.0.0.2", port), 0)
        with contextlib.suppress(PermissionError):
            socket.gethostbyaddr("127.0.0.2")
        told["after reverse look-ups"] = tries("127.0.0.2", port)
        with contextlib.suppress(PermissionError):
            socket.getaddrinfo("two.example", port)
        told["after a refused look-up"] = tries("127.0.0.2", port)

    class Name(str):
        def encode(self, *_):
            return b"two.example"

        def __str__(self):
            return "two.example"

    with sandbox(policy):
        with contextlib.suppress(PermissionError):
            socket.getaddrinfo(Name("one.example"), port)
        told["a name of two faces"] = tries("127.0.0.2", port)
    with sandbox(policy), contextlib.suppress(PermissionError):
        socket.getaddrinfo("one.example", other_port)
        told["asked for another port"] = tries("127.0.0.1", other_port)

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with sandbox(policy):
            pool.submit(socket.getaddrinfo, "one.example", port).result()
            told["asked in a thread of the host's pool"] = tries("127.0.0.1", port)
            told["that thread itself"] = pool.submit(tries, "127.0.0.1", port).result()
        with sandbox(policy):
            told["that thread for another tenant"] = pool.submit(tries, "127.0.0.1", port).result()
    for ask in (socket.gethostbyname, socket.gethostbyname_ex, socket.gethostbyaddr):
        with sandbox(policy):
            before = tries("127.0.0.1", port)
            ask("one.example")
            told[f"asked by {ask.__name__}"] = [before, tries("127.0.0.1", port), tries("127.0.0.1", other_port)]
    with sandbox(policy):
        with sandbox(Policy(connect=["*.example:*"])):
            socket.getaddrinfo("one.example", port)
            told["asked inside another"] = tries("127.0.0.1", port)
            with contextlib.suppress(PermissionError):
                socket.getaddrinfo("two.example", port)
            told["what the outer one does not grant"] = tries("127.0.0.2", port)
        told["learned by the outer one, too"] = tries("127.0.0.1", port)
    return told


def main():
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(Server("127.0.0.1", 0))
        port = first.server_address[1]
        for address in ("127.0.0.2", "::1"):
            stack.enter_context(Server(address, port))
        other = stack.enter_context(Server("127.0.0.1", 0))
        told = asyncio.run(all_tenants(port)) | attacks(port, other.server_address[1])
    print(json.dumps(told))


main()
