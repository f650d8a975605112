"""gevent: a server and its clients, time limits of sockets, select.
policy: Policy(listen=["127.0.0.1:*"], connect=["127.0.0.1:*"])
needs: gevent
"""

import gevent
import gevent.select
import gevent.socket
from gevent.server import StreamServer

gevent.sleep(0)  # a hub that is started inside first would be held for good


def guest(box):
    def handle(connection, address):
        with connection, connection.makefile("rwb") as file:
            for line in file:
                file.write(line.upper())
                file.flush()

    server = StreamServer(("127.0.0.1", 0), handle)
    server.start()

    def ask(word):
        with gevent.socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as client:
            client.sendall(word + b"\n")
            return client.recv(10)

    answers = [one.get(timeout=5) for one in [gevent.spawn(ask, word) for word in (b"a", b"b")]]
    server.stop(timeout=1)

    one, other = gevent.socket.socketpair()
    reader = gevent.spawn(one.recv, 1)
    gevent.sleep(0)
    one.close()
    reader.join()
    one, other = gevent.socket.socketpair()
    one.settimeout(0.001)
    try:
        one.recv(1)
    except TimeoutError:
        answers.append("too late")
    answers.append(gevent.select.select([one], [other], [], 0.001)[1] == [other])
    return answers, isinstance(reader.exception, OSError)
