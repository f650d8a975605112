"""Generators that are sent to, thrown into and closed, and coroutines driven by hand."""


def guest(box):
    def echo():
        got = None
        while True:
            try:
                got = yield got
            except KeyError:
                got = "thrown"

    def outer():
        yield from echo()

    async def main():
        return 1

    one = outer()
    next(one)
    told = one.send(1), one.throw(KeyError)
    one.close()
    try:
        main().send(None)
    except StopIteration as stop:
        return told, stop.value
