"""A program whose standard library gevent has patched: a guest uses it, and so does its host, meanwhile and afterwards."""

import subprocess
import sys

import pytest

PATCH = "from gevent import monkey; monkey.patch_all()"
SCOPE = """
from fastaudit import Policy, sandbox
with sandbox(Policy()):
    pass
"""
PROGRAM = """
import queue, select, socket, sys, threading, time
import gevent
from concurrent.futures import ThreadPoolExecutor

time.sleep(0)

def work(name):
    listener = socket.create_server(("127.0.0.1", 0))
    jobs, done, got = queue.Queue(), threading.Event(), []

    def serve():
        connection, _ = listener.accept()
        with connection:
            connection.sendall(connection.recv(10).upper())

    def consume():
        while (job := jobs.get()) is not None:
            got.append(job())
        done.set()

    threads = [threading.Thread(target=one) for one in (serve, consume)]
    for one in threads:
        one.start()
    with socket.create_connection(listener.getsockname(), timeout=5) as client:
        client.sendall(name.encode())
        assert select.select([client], [], [], 5)[0] == [client]
        got.append(client.recv(10))
    jobs.put(lambda: threading.current_thread() is not threading.main_thread())
    jobs.put(None)
    assert done.wait(5)
    for one in threads:
        one.join(5)
    with ThreadPoolExecutor(2) as pool:
        got.append(list(pool.map(str, range(3))))
    lock = threading.RLock()
    with lock, lock:
        time.sleep(0.001)
    timer = threading.Timer(0.001, lambda: got.append("timer"))
    timer.start()
    timer.join()
    listener.close()
    return got

ticks = []

def tick():
    while True:
        ticks.append(open(sys.argv[1]).read())
        gevent.sleep(0.001)

host = gevent.spawn(tick)
gevent.sleep(0)
with sandbox(Policy(listen=["127.0.0.1:*"], connect=["127.0.0.1:*"])) as box:
    inside = work("a")
assert inside == work("a") == [b"A", True, ["0", "1", "2"], "timer"], inside
assert box.violations == (), box.violations
assert not host.dead and len(ticks) > 2 and set(ticks) == {"x"}
host.kill()
print("done")
"""


@pytest.mark.parametrize("begin", [(PATCH, SCOPE), (SCOPE, PATCH)], ids=["patched first", "patched later"])
def test_a_program_that_gevent_has_patched_goes_on_working(tmp_path, begin):
    pytest.importorskip("gevent", reason="gevent cannot be obtained for this Python")
    (tmp_path / "file").write_text("x")
    result = subprocess.run(
        [sys.executable, "-c", "\n".join([*begin, PROGRAM]), tmp_path / "file"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stdout == "done\n", result.stdout + result.stderr
