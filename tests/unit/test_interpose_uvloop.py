"""uvloop's connections, look-ups and programs are judged, although libuv makes its system calls itself."""

import asyncio
import contextlib
import contextvars
import signal
import socket
import ssl
import sys
import threading

import pytest

from fastaudit import PermissionViolation, Policy, sandbox

uvloop = pytest.importorskip("uvloop", reason="uvloop cannot be obtained for this Python")


def run(main):
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


@contextlib.asynccontextmanager
async def greeter(host="127.0.0.1"):
    """A server of the host's, its port, and how many came."""
    came = []

    async def greet(reader, writer):
        came.append(writer)
        writer.write(b"hello")
        writer.close()

    server = await asyncio.start_server(greet, host, 0)
    async with server:
        yield server.sockets[0].getsockname()[1], came


async def ask(*args, **options):
    reader, writer = await asyncio.open_connection(*args, **options)
    text = await reader.read()
    writer.close()
    return text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "::ffff:127.0.0.1"])
def test_connections_that_no_policy_grants_are_refused(host):
    async def main():
        async with greeter() as (port, came):
            with sandbox(Policy(connect=["192.0.2.1:1"])) as box:
                with pytest.raises(PermissionViolation):
                    await ask(host, port)
                with pytest.raises(PermissionViolation):
                    await asyncio.get_running_loop().create_connection(asyncio.Protocol, host, port)
            await asyncio.sleep(0.02)
            return came, box.violations

    came, violations = run(main())
    assert came == []
    assert violations


@pytest.mark.parametrize("rule", ["127.0.0.1", "localhost", "127.0.0.0/8"])
def test_connections_that_a_policy_grants_are_made(rule):
    host = "localhost" if rule == "localhost" else "127.0.0.1"

    async def main():
        async with greeter() as (port, came):
            with sandbox(Policy(connect=[f"{rule}:{port}"])) as box:
                texts = [await ask(host, port), await ask(host, str(port))]
            return texts, len(came), box.violations

    assert run(main()) == ([b"hello", b"hello"], 2, ())


def test_what_a_name_gave_is_connected_to_by_its_number():
    async def main():
        async with greeter() as (port, _):
            with sandbox(Policy(connect=[f"localhost:{port}"])):
                infos = await asyncio.get_running_loop().getaddrinfo("localhost", port, type=socket.SOCK_STREAM)
                assert "127.0.0.1" in [info[4][0] for info in infos]
                return await ask("127.0.0.1", port)

    assert run(main()) == b"hello"


def test_a_socket_that_is_given_is_used():
    async def main():
        async with greeter() as (port, _):
            with socket.create_connection(("127.0.0.1", port)) as sock, sandbox(Policy()):
                return await ask(sock=sock)

    assert run(main()) == b"hello"


def test_another_address_beside_a_socket_is_no_way_out():
    class Name(str):
        def __hash__(self):
            return 1

    async def main():
        async with greeter() as (port, came):
            loop = asyncio.get_running_loop()
            with socket.socket() as sock, sandbox(Policy()):
                for options in ({"sock": sock}, {Name("sock"): sock}, {"sock": None, Name("sock"): sock}):
                    with pytest.raises((ValueError, TypeError, PermissionError)):
                        await loop.create_connection(asyncio.Protocol, "127.0.0.1", port, **options)
            await asyncio.sleep(0.02)
            return came

    assert run(main()) == []


def test_unix_sockets(tmp_path):
    async def main():
        path = str(tmp_path.resolve() / "socket")
        server = await asyncio.start_unix_server(lambda _, writer: (writer.write(b"hello"), writer.close()), path)
        async with server:
            with sandbox(Policy()), pytest.raises(PermissionViolation):
                await asyncio.open_unix_connection(path)
            with sandbox(Policy(connect=[f"unix:{path}"])):
                reader, writer = await asyncio.open_unix_connection(path)
                text = await reader.read()
                writer.close()
        return text

    assert run(main()) == b"hello"


def test_datagrams():
    class Receive(asyncio.DatagramProtocol):
        def datagram_received(self, data, address):
            got.append(data)

    async def main():
        loop = asyncio.get_running_loop()
        server, _ = await loop.create_datagram_endpoint(Receive, local_addr=("127.0.0.1", 0))
        address = server.get_extra_info("sockname")
        open_one, _ = await loop.create_datagram_endpoint(Receive, family=socket.AF_INET)
        with sandbox(Policy(connect=["192.0.2.1:1"])) as box:
            with pytest.raises(PermissionViolation):
                await loop.create_datagram_endpoint(Receive, remote_addr=address)
            with pytest.raises(PermissionViolation):
                await loop.create_datagram_endpoint(Receive, local_addr=("127.0.0.1", 0))
            for way in (open_one.sendto, lambda data, to: open_one.sendto(data, addr=to)):
                with pytest.raises(PermissionViolation):
                    way(b"of the guest's", address)
            with pytest.raises(TypeError):
                open_one.sendto(b"of the guest's", list(address))
        rights = [violation.right for violation in box.violations]
        with sandbox(Policy(connect=[f"127.0.0.1:{address[1]}"])):
            sender, _ = await loop.create_datagram_endpoint(Receive, remote_addr=address)
            sender.sendto(b"granted")
            sender.close()
            open_one.sendto(b"granted too", address)
        while len(got) < 2:
            await asyncio.sleep(0.001)
        open_one.close()
        server.close()
        return rights

    got = []
    assert run(main()) == ["connect", "listen", "connect", "connect"]
    assert sorted(got) == [b"granted", b"granted too"]


def test_servers_of_guests_are_judged_and_held(probe, hold):
    async def main():
        with sandbox(Policy()), pytest.raises(PermissionViolation):
            await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)

        def serve(_, writer):
            writer.write(probe().encode())
            writer.close()

        with hold("a"):
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            return await ask(*server.sockets[0].getsockname())

    assert run(main()) == b"a"


def test_servers_at_several_addresses():
    async def main():
        with sandbox(Policy(listen=["127.0.0.1:*", "127.0.0.2:*"], connect=["127.0.0.0/8"])):
            server = await asyncio.start_server(
                lambda _, writer: (writer.write(b"hello"), writer.close()), ["127.0.0.1", "127.0.0.2"], 0
            )
            async with server:
                assert server.is_serving()
                texts = [await ask(*sock.getsockname()) for sock in server.sockets]
            with pytest.raises(PermissionViolation):
                await asyncio.start_server(lambda *_: None, ["127.0.0.1", "127.0.0.3"], 0)
        return texts, server.is_serving()

    assert run(main()) == ([b"hello", b"hello"], False)


def test_programs():
    async def main():
        with sandbox(Policy()) as box:
            for start in (asyncio.create_subprocess_exec, asyncio.create_subprocess_shell):
                with pytest.raises(PermissionViolation):
                    await start("true")
        with sandbox(Policy(run=["{python} *"])):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "print(input()[::-1])", stdin=-1, stdout=-1
            )
            out, _ = await process.communicate(b"abc")
            code = process.returncode
            with pytest.raises(PermissionViolation):
                await asyncio.create_subprocess_exec("true")
            failed = await asyncio.create_subprocess_exec(sys.executable, "-c", "raise SystemExit(3)")
            assert await failed.wait() == 3
        return out, code, [violation.right for violation in box.violations]

    assert run(main()) == (b"cba\n", 0, ["run", "run"])


def test_callbacks_tasks_and_threads_are_held(probe, hold):
    async def main():
        loop = asyncio.get_running_loop()
        seen = {}
        here, there = socket.socketpair()
        free = contextvars.copy_context()

        def note(name):
            seen[name] = probe()

        async def note_later(name):
            note(name)

        with hold("a"):
            loop.call_soon(note, "soon")
            loop.call_soon_threadsafe(note, "threadsafe")
            loop.call_later(0, note, "later")
            loop.call_later(0.002, note, "much later")
            loop.call_at(loop.time(), note, "at")
            loop.add_reader(here, lambda: (note("reader"), loop.remove_reader(here)))
            loop.add_writer(there, lambda: (note("writer"), loop.remove_writer(there)))
            loop.add_signal_handler(signal.SIGUSR1, note, "signal")
            tasks = [
                loop.create_task(note_later("task")),
                loop.create_task(note_later("task of the host's context"), context=free),
            ]
            done = loop.create_future()
            done.add_done_callback(lambda _: note("done"))
            await loop.run_in_executor(None, note, "executor")
            await asyncio.to_thread(note, "thread")
        there.send(b"x")
        done.set_result(None)
        signal.raise_signal(signal.SIGUSR1)
        await asyncio.gather(*tasks)
        await asyncio.sleep(0.01)
        loop.remove_signal_handler(signal.SIGUSR1)
        await loop.run_in_executor(None, note, "of the host's")
        here.close()
        there.close()
        return seen

    seen = run(main())
    assert seen.pop("of the host's") == ""
    assert set(seen.values()) == {"a"}, seen
    assert len(seen) == 13


def test_tenants_at_once_each_keep_their_own(probe, hold):
    async def tenant(name):
        with hold(name):
            for _ in range(3):
                await asyncio.sleep(0)
                assert probe() == name
                assert await asyncio.to_thread(probe) == name
                assert await asyncio.get_running_loop().run_in_executor(None, probe) == name

    async def main():
        await asyncio.gather(*(tenant(name) for name in "abcabc"))
        return await asyncio.to_thread(probe), probe()

    assert run(main()) == ("", "")


def test_the_loop_may_be_made_inside(probe, hold):
    with hold("a"):
        assert run(asyncio.to_thread(probe)) == "a"
    assert probe() == ""


def test_watching_files_is_reading(tmp_path):
    async def main():
        loop = asyncio.get_running_loop()
        with sandbox(Policy()):
            with pytest.raises(PermissionViolation):
                loop._monitor_fs(str(tmp_path), print)
            with pytest.raises(TypeError):
                loop._monitor_fs(path=str(tmp_path), callback=print)
        loop._monitor_fs(str(tmp_path), print).cancel()

    run(main())


def test_a_failed_connection_is_an_error_as_usual():
    async def main():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
            with sandbox(Policy(connect=[f"127.0.0.1:{port}"])):
                with pytest.raises(ConnectionRefusedError):
                    await ask("127.0.0.1", port)
                with pytest.raises(ValueError, match="server_hostname"):
                    await ask("127.0.0.1", port, server_hostname="x")
                with pytest.raises(ValueError):
                    await asyncio.get_running_loop().create_connection(asyncio.Protocol)
                with pytest.raises(ValueError):
                    await asyncio.get_running_loop().create_connection(
                        asyncio.Protocol, ssl=ssl.create_default_context()
                    )

    run(main())


def test_nothing_of_it_runs_where_nothing_is_held(monkeypatch):
    import fastaudit._uvloop

    async def main():
        async with greeter() as (port, _):
            with sandbox(Policy()):
                gone = threading.Thread(target=lambda: None)
                gone.start()
                gone.join()
            return await ask("127.0.0.1", port)

    monkeypatch.setattr(fastaudit._uvloop, "connected", None)
    assert run(main()) == b"hello"
