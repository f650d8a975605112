"""What uvloop's loop does inside a sandbox, by Python's own sockets and subprocesses, where all of it is judged.

Nothing here is trusted: `src/interpose/uvloop.c` lets nothing pass to uvloop but with a socket that exists.
"""

import asyncio
import os
import socket
import subprocess
import threading
from asyncio.unix_events import _UnixSubprocessTransport  # type: ignore[attr-defined]


async def getaddrinfo(loop, host, port, *, family=0, type=0, proto=0, flags=0):
    return await loop.run_in_executor(None, socket.getaddrinfo, host, port, family, type, proto, flags)


async def getnameinfo(loop, sockaddr, flags=0):
    return await loop.run_in_executor(None, socket.getnameinfo, sockaddr, flags)


def bind(sock, infos):
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


async def connect(loop, sock, address):
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


async def connected(loop, infos, local, options=()):
    """Make a socket that is bound to one of `local` (if any) and connected to the first of `infos` that answers."""
    errors = []
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
            sock.close()
            raise
    if not errors:
        raise OSError("getaddrinfo() returned empty list")
    if len(errors) == 1 or len({str(error) for error in errors}) == 1:
        raise errors[0]
    raise OSError("Multiple exceptions: {}".format(", ".join(map(str, errors)))) from errors[0]


async def create_connection(
    loop, protocol_factory, host=None, port=None, *, ssl=None, family=0, proto=0, flags=0, sock=None,
    local_addr=None, server_hostname=None, **options,
):  # fmt: skip
    if host is None and port is None:
        raise ValueError("host and port was not specified and no sock specified")
    if ssl and server_hostname is None:
        if not host:
            raise ValueError("You must set server_hostname when using ssl without a host")
        server_hostname = host
    elif server_hostname is not None and not ssl:
        raise ValueError("server_hostname is only meaningful with ssl")
    how = {"family": family, "type": socket.SOCK_STREAM, "proto": proto, "flags": flags}
    local = None if local_addr is None else await getaddrinfo(loop, *local_addr, **how)
    sock = await connected(loop, await getaddrinfo(loop, host, port, **how), local)
    try:
        return await loop.create_connection(
            protocol_factory, sock=sock, ssl=ssl, server_hostname=server_hostname, **options
        )
    except BaseException:
        sock.close()
        raise


async def create_unix_connection(loop, protocol_factory, path=None, *, ssl=None, sock=None, **options):
    if path is None:
        raise ValueError("no path and sock were specified")
    sock = await connected(loop, [(socket.AF_UNIX, socket.SOCK_STREAM, 0, "", os.fspath(path))], None)
    try:
        return await loop.create_unix_connection(protocol_factory, sock=sock, ssl=ssl, **options)
    except BaseException:
        sock.close()
        raise


async def create_datagram_endpoint(
    loop, protocol_factory, local_addr=None, remote_addr=None, *, family=0, proto=0, flags=0,
    reuse_address=None, reuse_port=None, allow_broadcast=None, sock=None,
):  # fmt: skip
    if reuse_address:
        raise ValueError("Passing `reuse_address=True` is no longer supported, as it is a security concern for UDP")
    how = {"family": family, "type": socket.SOCK_DGRAM, "proto": proto, "flags": flags}
    local = None if local_addr is None else await getaddrinfo(loop, *local_addr, **how)
    remote = None if remote_addr is None else await getaddrinfo(loop, *remote_addr, **how)
    options = [socket.SO_REUSEPORT] * bool(reuse_port) + [socket.SO_BROADCAST] * bool(allow_broadcast)
    if remote is not None:
        sock = await connected(loop, remote, local, options)
    else:
        if local is None and family not in (socket.AF_INET, socket.AF_INET6):
            raise ValueError("unexpected address family")
        sock = socket.socket(family or local[0][0], socket.SOCK_DGRAM, proto)
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

    def __init__(self, servers):
        self.servers = servers

    @property
    def sockets(self):
        return tuple(sock for server in self.servers for sock in server.sockets)

    def get_loop(self):
        return self.servers[0].get_loop()

    def is_serving(self):
        return any(server.is_serving() for server in self.servers)

    def close(self):
        for server in self.servers:
            server.close()

    async def start_serving(self):
        for server in self.servers:
            await server.start_serving()

    async def serve_forever(self):
        await asyncio.gather(*(server.serve_forever() for server in self.servers))

    async def wait_closed(self):
        for server in self.servers:
            await server.wait_closed()


async def create_server(
    loop, protocol_factory, host=None, port=None, *, family=socket.AF_UNSPEC, flags=socket.AI_PASSIVE, sock=None,
    reuse_address=None, reuse_port=None, **options,
):  # fmt: skip
    if host is None and port is None:
        raise ValueError("Neither host/port nor sock were specified")
    hosts = [None] if host == "" else [host] if host is None or isinstance(host, str) else list(host)
    how = {"family": family, "type": socket.SOCK_STREAM, "flags": flags}
    infos = [info for one in hosts for info in await getaddrinfo(loop, one, port, **how)]
    servers = []
    try:
        for family, kind, proto, _, address in dict.fromkeys(infos):
            sock = socket.socket(family, kind, proto)
            try:
                if reuse_address or reuse_address is None:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if reuse_port:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                if family == socket.AF_INET6:
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


async def run_program(loop, protocol_factory, args, shell, stdin, stdout, stderr, bufsize=0, **options):
    """Start a program as asyncio's own loop does, and wait for its end in a thread."""
    if options.pop("universal_newlines", False):
        raise ValueError("universal_newlines must be False")
    if bufsize != 0:
        raise ValueError("bufsize must be 0")
    waiter = loop.create_future()
    transport = _UnixSubprocessTransport(
        loop, protocol_factory(), args, shell, stdin, stdout, stderr, bufsize, waiter=waiter, **options
    )

    def wait():
        try:
            code = os.waitstatus_to_exitcode(os.waitpid(transport.get_pid(), 0)[1])
        except ChildProcessError:
            code = 255  # somebody else took it, as asyncio says
        if not loop.is_closed():
            loop.call_soon_threadsafe(transport._process_exited, code)

    threading.Thread(target=wait, daemon=True, name="fastaudit-wait").start()
    try:
        await waiter
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException:
        transport.close()
        await transport._wait()
        raise
    return transport, transport.get_protocol()


PIPE = subprocess.PIPE


async def subprocess_exec(
    loop, protocol_factory, program, *args, shell=False, stdin=PIPE, stdout=PIPE, stderr=PIPE, **options
):
    if shell:
        raise ValueError("shell must be False")
    return await run_program(loop, protocol_factory, (program, *args), False, stdin, stdout, stderr, **options)


async def subprocess_shell(loop, protocol_factory, cmd, *, shell=True, stdin=PIPE, stdout=PIPE, stderr=PIPE, **options):
    if not shell:
        raise ValueError("shell must be True")
    return await run_program(loop, protocol_factory, cmd, True, stdin, stdout, stderr, **options)
