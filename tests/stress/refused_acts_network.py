"""One real operation for each event, continued: sockets on loopback, the log, and clients."""

import socket

from refused_acts import act, acts

LOCAL = "127.0.0.1"


def connected():
    """Make a socket with a peer that is there and says nothing."""
    ours, PEERS[:] = (pair := socket.socketpair())[0], [*PEERS, pair[1]]
    return ours


PEERS = []


def use(make, call):
    """Make a socket outside, and use it."""

    def prepare():
        made = make()

        def operation():
            try:
                call(made)
            finally:
                made.close()

        return operation

    return prepare


def datagrams():
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((LOCAL, 0))
    return made


acts({
    "socket.__new__": lambda: socket.socket().close(),
    "socket.getaddrinfo": lambda: socket.getaddrinfo(LOCAL, 80),
    "socket.gethostbyname": lambda: socket.gethostbyname(LOCAL),
    "socket.gethostbyaddr": lambda: socket.gethostbyaddr(LOCAL),
    "socket.getnameinfo": lambda: socket.getnameinfo((LOCAL, 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV),
    "socket.gethostname": lambda: socket.gethostname(),
    "socket.getservbyname": lambda: socket.getservbyname("http"),
    "socket.getservbyport": lambda: socket.getservbyport(80),
})  # fmt: skip
act("socket.connect")(use(socket.socket, lambda made: made.connect((LOCAL, 1))))
act("socket.bind")(use(socket.socket, lambda made: made.bind((LOCAL, 0))))
act("socket.listen")(use(socket.socket, lambda made: made.listen()))
act("socket.sendto")(use(datagrams, lambda made: made.sendto(b"x", made.getsockname())))
act("socket.sendmsg")(use(datagrams, lambda made: made.sendmsg([b"x"], [], 0, made.getsockname())))


@act("socket.sethostname")
def _():
    name = socket.gethostname()
    return lambda: socket.sethostname(name)


def log(name, call):
    @act(name)
    def _():
        import syslog

        return lambda: call(syslog)


log("syslog.openlog", lambda syslog: syslog.openlog("fastaudit-test"))
log("syslog.syslog", lambda syslog: syslog.syslog(syslog.LOG_DEBUG, "a test of fastaudit"))
log("syslog.setlogmask", lambda syslog: syslog.setlogmask(0xFF))


@act("syslog.closelog")
def _():
    import syslog

    syslog.openlog("fastaudit-test")
    return syslog.closelog


# ---- clients: what connects finds nobody; what sends has a peer that is there ----


def client(name, module, call):
    @act(name)
    def _():
        imported = __import__(module, fromlist=["x"])
        return lambda: call(imported)


client("ftplib.connect", "ftplib", lambda ftplib: ftplib.FTP().connect(LOCAL, 1))
client("http.client.connect", "http.client", lambda http: http.HTTPConnection(LOCAL, 1).connect())
client("imaplib.open", "imaplib", lambda imaplib: imaplib.IMAP4(LOCAL, 1))
client("nntplib.connect", "nntplib", lambda nntplib: nntplib.NNTP(LOCAL, 1))
client("poplib.connect", "poplib", lambda poplib: poplib.POP3(LOCAL, 1))
client("smtplib.connect", "smtplib", lambda smtplib: smtplib.SMTP().connect(LOCAL, 1))
client("telnetlib.Telnet.open", "telnetlib", lambda telnetlib: telnetlib.Telnet(LOCAL, 1))
client("urllib.Request", "urllib.request", lambda request: request.urlopen(f"http://{LOCAL}:1/"))


def sender(name, module, kind, call):
    @act(name)
    def _():
        made = object.__new__(getattr(__import__(module, fromlist=["x"]), kind))
        made.__dict__.update(sock=connected(), debuglevel=0, _debugging=0, debugging=0, auto_open=0)
        made.__dict__.update(encoding="ascii", host=LOCAL, port=1, policy=None, _tls_established=False)
        made.__dict__["file"] = made.sock.makefile("wb")  # for some a property
        return lambda: call(made)


sender("ftplib.sendcmd", "ftplib", "FTP", lambda made: made.putline("NOOP"))
sender("http.client.send", "http.client", "HTTPConnection", lambda made: made.send(b"x"))
sender("imaplib.send", "imaplib", "IMAP4", lambda made: made.send(b"x"))
sender("nntplib.putline", "nntplib", "NNTP", lambda made: made._putline(b"x"))
sender("poplib.putline", "poplib", "POP3", lambda made: made._putline(b"x"))
sender("smtplib.send", "smtplib", "SMTP", lambda made: made.send(b"x"))
sender("telnetlib.Telnet.write", "telnetlib", "Telnet", lambda made: made.write(b"x"))
