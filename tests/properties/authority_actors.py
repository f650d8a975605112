"""The actors of a generated program: threads, tasks and generators that do as they are told, and the model beside them."""

import asyncio
import contextlib
import queue
import sys
import threading

import anyio.to_thread
from authority_bodies import BODIES, Planned, managing, managing_async, nothing_async
from reference_authority import Context, Opener, Scope

from fastaudit import current

NAMES = "abcdef"


class Actor:
    """A body and where it stands: a thread, a task, a generator or an asynchronous generator."""

    def __init__(self, world, kind, name):
        self.world, self.kind = world, kind
        self.opener = Opener({"async generator": "generator"}.get(kind, kind))
        self.call = Scope(name, "call", None) if name else None  # when it is decorated
        self.body = BODIES[kind] if name is None else world.managers[name](BODIES[kind])
        self.at_large = False  # dropped: a loop closes it, in a context nobody knows
        self.done = threading.Event()

    # ---- called by the body ----

    def began(self):
        if self.call is not None:
            self.world.note(self.call, current())

    def block(self, order, is_async):
        return Block(self, order, is_async)

    def perform(self, order):
        self.world.perform(order)

    def receive(self):
        """In the kinds that are told by a queue; the others are told by what they are sent."""
        if self.kind == "function":
            self.done.set()
            return self.orders.get()
        return self._receive_in_task()

    async def _receive_in_task(self):
        self.paused()
        self.order = self.world.loop.create_future()
        self.done.set()
        try:
            return await self.order
        finally:
            self.resumed()

    async def awaits(self, order):
        world = self.world
        copy = world.model.copy(world.here)
        carried = world.model.carried(world.here)

        def in_copy():
            with world.in_worker(carried if order.number % 4 < 2 else []), world.entered(copy):
                world.perform_all(order.orders)

        def in_worker():
            with world.in_worker(carried):
                world.perform_all(order.orders)

        waiting = {
            0: lambda: asyncio.to_thread(in_copy),
            1: lambda: world.loop.run_in_executor(None, in_worker),
            2: lambda: anyio.to_thread.run_sync(in_copy),
            3: lambda: asyncio.sleep(0),
        }[order.number % 4]()
        self.paused()
        try:
            await waiting
        finally:
            self.resumed()

    # ---- the model beside it ----

    def resumed(self):
        self.opener.state = "running"
        self.world.here.bodies.append(self.opener)
        if self.kind == "coroutine":
            self.token = self.world.model.run(self.world.here, self.context)
        if self.call is not None and not self.call.ended:
            self.world.model.resume_call(self.world.here, self.call)

    def paused(self, state="suspended"):
        self.opener.state = state
        model = self.world.model
        if self.call is not None and not self.call.ended:
            model.suspend_call(self.call) if state == "suspended" else model.end_call(self.call)
        if self.kind == "coroutine":
            model.leave_run(self.world.here, self.token)
        self.world.here.bodies.remove(self.opener)

    # ---- starting, and going on ----

    def start_thread(self):
        self.orders = queue.SimpleQueue()
        model_thread = self.world.model.start_thread(self.world.here)

        def main():
            self.world.threads[threading.get_ident()] = model_thread
            with self.world.reporting():
                self.resumed()
                try:
                    self.body(self)
                finally:
                    self.paused("returned")
            del self.world.threads[threading.get_ident()]
            self.done.set()

        self.thread = threading.Thread(target=main)
        self.thread.start()
        self.done.wait()

    def start_task(self, context, real_context):
        world = self.world

        async def main():
            with self.world.reporting():
                self.resumed()
                try:
                    await self.body(self)
                finally:
                    self.paused("returned")
                    self.done.set()

        def create():
            self.context = world.model.given(world.here, context)
            self.task = world.loop.create_task(main(), context=real_context)

        def create_in_loop():
            with world.entered(callers):
                create()

        if world.in_loop_thread():
            create()
        else:
            callers = world.model.copy(world.here)  # a copy that the loop takes
            world.loop.call_soon_threadsafe(create_in_loop)

    def start_generator(self):
        self.has_hooks = self.kind == "async generator" and sys.get_asyncgen_hooks().finalizer is not None
        self.generator = self.body(self)
        self.step(None)

    def step(self, order):
        """Resume the generator, here and now."""
        if self.kind == "generator":
            self._stepping(lambda: self.generator.send(order))
        else:
            self._stepping(lambda: self.generator.asend(order).send(None))

    def throw(self, error):
        if self.kind == "generator":
            self._stepping(lambda: self.generator.throw(error))
        else:
            self._stepping(lambda: self.generator.athrow(error).send(None))

    def close(self):
        if self.kind == "generator":
            self._stepping(self.generator.close)
        else:
            self._stepping(lambda: self.generator.aclose().send(None))

    def _stepping(self, act):
        self.resumed()
        state = "returned"
        try:
            act()
            state = "suspended" if self.kind == "generator" and self.generator.gi_frame is not None else "returned"
        except StopIteration:
            if self.kind == "async generator" and self.generator.ag_frame is not None:
                state = "suspended"
        except (StopAsyncIteration, Planned):
            pass
        finally:
            self.paused(state)

    def is_alive(self):
        return self.opener.state != "returned"


class Block:
    """One `with` statement of a body: the managers it enters, and their scopes in the model."""

    def __init__(self, actor, order, is_async):
        self.actor, self.world, self.scopes = actor, actor.world, []
        names = [order.name, NAMES[(NAMES.index(order.name) + 1) % len(NAMES)]]
        manager = self.world.manager(order.name)
        how = order.number % 4
        self.hows, self.stacked, self.names = ["stack"] * 2, [], names
        self.manager = nothing_async() if is_async else contextlib.nullcontext()
        if how < 2:
            self.manager, self.hows = manager, ["with"]
        elif how == 2:
            self.manager = (managing_async if is_async else managing)(manager, self._leave)
            self.hows = ["managed"]
        else:
            self.stacked = [self.world.manager(name) for name in names]

    def entered(self, box, stack=None):
        if stack is not None:
            self.stack = stack
            if self.stacked:
                return
        how = self.hows[len(self.scopes)]
        opener = Opener("generator", "suspended") if how == "managed" else self.actor.opener
        scope = self.world.model.enter(
            self.world.here, self.names[len(self.scopes)], "stack" if how == "stack" else "with", opener
        )
        self.scopes.append(scope)
        self.actor.opener.scopes.append(scope)
        self.world.note(scope, box)
        if len(self.scopes) == 2:
            self.world.stacks.append(self)

    def left(self):
        world = self.world
        if self in world.stacks:
            world.stacks.remove(self)
        if self.hows != ["managed"]:
            self._leave()

    def _leave(self):
        """Leave in the model, when it really happens: the collector may close a manager before the body that uses it."""
        world = self.world
        by_loop = self.actor.at_large and not world.collecting
        with world.reporting(), world.entered(Context()) if by_loop else contextlib.nullcontext():
            for scope in reversed(self.scopes):
                if not scope.failed:
                    world.model.leave(world.here, scope)
