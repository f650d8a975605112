"""What uvloop's loop does inside a sandbox, by Python's own sockets and subprocesses, where all of it is judged.

Nothing here is trusted: `src/interpose/uvloop.c` lets nothing pass to uvloop but with a socket that exists.
"""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING, Any

from ._uvloop_programs import subprocess_exec, subprocess_run, subprocess_shell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "create_connection",
    "create_datagram_endpoint",
    "create_server",
    "create_unix_connection",
    "getaddrinfo",
    "getnameinfo",
    "subprocess_exec",
    "subprocess_run",
    "subprocess_shell",
]


async def getaddrinfo(
    loop: Any, host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
) -> list[Any]:
    infos: list[Any] = await loop.run_in_executor(None, socket.getaddrinfo, host, port, family, type, proto, flags)
    return infos


async def getnameinfo(loop: Any, sockaddr: Any, flags: int = 0) -> tuple[str, str]:
    found: tuple[str, str] = await loop.run_in_executor(None, socket.getnameinfo, sockaddr, flags)
    return found


def bind(sock: socket.socket, infos: Iterable[Any]) -> None:
    """Bind to the first of those addresses that is of the socket's family and can be had."""
    error = OSError("no matching local address")
    for family, *_, address in infos:
        if family == sock.family:
            try:
                sock.bind(address)
                return
            except OSError as raised:
                error = raised
    raise error


async def connect(loop: Any, sock: socket.socket, address: Any) -> None:
    """Connect a socket, as the loop's `sock_connect` does, which looks numbers up once more."""
    try:
        sock.connect(address)
        return
    except (BlockingIOError, InterruptedError):
        done = loop.create_future()
    loop.add_writer(sock, lambda: done.done() or done.set_result(None))
    try:
        await done
    finally:
        loop.remove_writer(sock)
    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, f"Connect call failed {address}")


async def connected(loop: Any, infos: Iterable[Any], local: Any, options: Sequence[int] = ()) -> socket.socket:
    """Make a socket that is bound to one of `local` (if any) and connected to the first of `infos` that answers."""
    errors: list[OSError] = []
    for family, kind, proto, _, address in infos:
        sock = None
        try:
            sock = socket.socket(family, kind, proto)
            sock.setblocking(False)
            for option in options:
                sock.setsockopt(socket.SOL_SOCKET, option, 1)
            if local:
                bind(sock, local)
            await connect(loop, sock, address)
            return sock
        except OSError as error:
            errors.append(error)
            if sock is not None:
                sock.close()
        except BaseException:
            if sock is not None:
                sock.close()
            raise
    if not errors:
        raise OSError("getaddrinfo() returned empty list")
    if len(errors) == 1 or len({str(error) for error in errors}) == 1:
        raise errors[0]
    raise OSError("Multiple exceptions: {}".format(", ".join(map(str, errors)))) from errors[0]


async def create_connection(
    loop: Any,
    protocol_factory: Any,
    host: Any = None,
    port: Any = None,
    *,
    ssl: Any = None,
    family: int = 0,
    proto: int = 0,
    flags: int = 0,
    sock: Any = None,
    local_addr: Any = None,
    server_hostname: Any = None,
    **options: Any,
) -> Any:
    if host is None and port is None:
        raise ValueError("host and port was not specified and no sock specified")
    if ssl and server_hostname is None:
        if not host:
            raise ValueError("You must set server_hostname when using ssl without a host")
        server_hostname = host
    elif server_hostname is not None and not ssl:
        raise ValueError("server_hostname is only meaningful with ssl")
    how: dict[str, int] = {"family": family, "type": socket.SOCK_STREAM, "proto": proto, "flags": flags}
    local = None if local_addr is None else await getaddrinfo(loop, *local_addr, **how)
    sock = await connected(loop, await getaddrinfo(loop, host, port, **how), local)
    try:
        return await loop.create_connection(
            protocol_factory, sock=sock, ssl=ssl, server_hostname=server_hostname, **options
        )
    except BaseException:
        sock.close()
        raise


async def create_unix_connection(
    loop: Any, protocol_factory: Any, path: Any = None, *, ssl: Any = None, sock: Any = None, **options: Any
) -> Any:
    if path is None:
        raise ValueError("no path and sock were specified")
    sock = await connected(loop, [(socket.AF_UNIX, socket.SOCK_STREAM, 0, "", os.fspath(path))], None)
    try:
        return await loop.create_unix_connection(protocol_factory, sock=sock, ssl=ssl, **options)
    except BaseException:
        sock.close()
        raise


async def create_datagram_endpoint(
    loop: Any,
    protocol_factory: Any,
    local_addr: Any = None,
    remote_addr: Any = None,
    *,
    family: int = 0,
    proto: int = 0,
    flags: int = 0,
    reuse_address: Any = None,
    reuse_port: Any = None,
    allow_broadcast: Any = None,
    sock: Any = None,
) -> Any:
    if reuse_address:
        raise ValueError("Passing `reuse_address=True` is no longer supported, as it is a security concern for UDP")
    how: dict[str, int] = {"family": family, "type": socket.SOCK_DGRAM, "proto": proto, "flags": flags}
    local = None if local_addr is None else await getaddrinfo(loop, *local_addr, **how)
    remote = None if remote_addr is None else await getaddrinfo(loop, *remote_addr, **how)
    options = [socket.SO_REUSEPORT] * bool(reuse_port) + [socket.SO_BROADCAST] * bool(allow_broadcast)
    if remote is not None:
        sock = await connected(loop, remote, local, options)
    else:
        if local is None and family not in (socket.AF_INET, socket.AF_INET6):
            raise ValueError("unexpected address family")
        sock = socket.socket(family if local is None else family or local[0][0], socket.SOCK_DGRAM, proto)
    try:
        if remote is None:
            for option in options:
                sock.setsockopt(socket.SOL_SOCKET, option, 1)
            if local:
                bind(sock, local)
        return await loop.create_datagram_endpoint(protocol_factory, sock=sock)
    except BaseException:
        sock.close()
        raise


class Servers(asyncio.AbstractServer):
    """What serves at several addresses: a server for each."""

    def __init__(self, servers: list[Any]) -> None:
        self.servers = servers

    @property
    def sockets(self) -> tuple[Any, ...]:
        return tuple(sock for server in self.servers for sock in server.sockets)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        loop: asyncio.AbstractEventLoop = self.servers[0].get_loop()
        return loop

    def is_serving(self) -> bool:
        return any(server.is_serving() for server in self.servers)

    def close(self) -> None:
        for server in self.servers:
            server.close()

    async def start_serving(self) -> None:
        for server in self.servers:
            await server.start_serving()

    async def serve_forever(self) -> None:
        await asyncio.gather(*(server.serve_forever() for server in self.servers))

    async def wait_closed(self) -> None:
        for server in self.servers:
            await server.wait_closed()


async def create_server(
    loop: Any,
    protocol_factory: Any,
    host: Any = None,
    port: Any = None,
    *,
    family: int = socket.AF_UNSPEC,
    flags: int = socket.AI_PASSIVE,
    sock: Any = None,
    reuse_address: Any = None,
    reuse_port: Any = None,
    **options: Any,
) -> Any:
    if host is None and port is None:
        raise ValueError("Neither host/port nor sock were specified")
    hosts = [None] if host == "" else [host] if host is None or isinstance(host, str) else list(host)
    how: dict[str, int] = {"family": family, "type": socket.SOCK_STREAM, "flags": flags}
    infos = [info for one in hosts for info in await getaddrinfo(loop, one, port, **how)]
    servers = []
    try:
        for its_family, kind, proto, _, address in dict.fromkeys(infos):
            sock = socket.socket(its_family, kind, proto)
            try:
                if reuse_address or reuse_address is None:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if reuse_port:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                if its_family == socket.AF_INET6:
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                sock.bind(address)
                servers.append(await loop.create_server(protocol_factory, sock=sock, **options))
            except BaseException:
                sock.close()
                raise
    except BaseException:
        for server in servers:
            server.close()
        raise
    return servers[0] if len(servers) == 1 else Servers(servers)
