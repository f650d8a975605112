"""The world that a generated program runs in: real tasks, threads, generators and contexts, and the model beside them."""

import asyncio
import concurrent.futures
import contextlib
import contextvars
import gc
import sys
import threading
import warnings

from authority_actors import NAMES, Actor
from authority_bodies import KINDS, Order, Planned, managing
from authority_collector import collecting, drop_exception, dropping_unraisable
from authority_trusted import Tools, call
from reference_authority import Authority, Context, Opener, Refused, Thread

from fastaudit import Deny, Policy, ScopeError, ScopeWarning, current, sandbox


class World:
    """Everything that a program can reach, and what it did."""

    def __init__(self, folder):
        self.files = {name: folder / name for name in NAMES}
        self.policies = {}
        for name, file in self.files.items():
            file.write_text(name)
            self.policies[name] = Policy.unrestricted().replace(name=name, deny=Deny(read=[str(file)]))
        self.managers = {name: sandbox(policy) for name, policy in self.policies.items()}
        self.careful = False  # look at the records after every probe: slow, for whoever looks for a fault
        self.counts = {"orders": 0, "probes": 0, "refused": 0, "scopes": 0}

    # ---- one program ----

    def run(self, steps):
        """Run a program: every step is an actor's number, its order, and a name that the step runs under, or None."""
        self.forget()
        before = {name: sys.getrefcount(policy) for name, policy in self.policies.items()}
        with dropping_unraisable(), collecting(often=len(steps) % 2 == 1):
            contextvars.Context().run(self._run, steps)
            self.forget()
        after = {name: sys.getrefcount(policy) for name, policy in self.policies.items()}
        self.check(after, before, "references to each policy, one a scope that is alive")

    def forget(self):
        """Collect. What a generator left open in a stack goes when the next generator enters a stack (ADR 0709)."""

        def body():
            with contextlib.ExitStack() as stack:
                stack.enter_context(sandbox(Policy.unrestricted()))
                yield

        gc.collect()
        list(body())
        gc.collect()

    def _run(self, steps):
        self.model, self.failures, self.pending = Authority(), [], 0
        self.collecting = False  # what the collector closes by itself, it closes here and now
        self.threads = {threading.get_ident(): Thread(stack=[Context(entered=True)])}
        self.driver = threading.get_ident()
        self.actors, self.contexts, self.handles, self.stacks, self.abandoned, self.boxes = [], [], [], [], [], []
        self.tools = Tools(self.policies)
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(drop_exception)
        self.pool = concurrent.futures.ThreadPoolExecutor(1)
        with warnings.catch_warnings(record=True) as self.caught:
            warnings.simplefilter("always")
            try:
                for step in steps:
                    self.step(*step)
                    assert not self.failures, self.failures
            finally:
                self.end()
        due = [warning for warning in self.caught if warning.category is ScopeWarning]
        assert len(due) == self.model.warnings, (len(due), self.model.warnings)
        self.check_records()
        # In what order the rest goes, which nobody closed, is up to the collector.
        for held in (self.actors, self.contexts, self.handles, self.stacks, self.abandoned, self.tools):
            held.clear()
        gc.collect()
        assert not self.failures, self.failures
        self.boxes.clear()
        self.caught.clear()

    def step(self, who, order, under):
        if under is None:
            self._step(who, order)
        else:
            scope = None
            try:
                with self.manager(under) as box:
                    scope = self.model.enter(self.here, under, "with", Opener("function"))
                    self.note(scope, box)
                    self._step(who, order)
            finally:
                self.model.leave(self.here, scope)
        self.probe()

    def _alive(self, who):
        """An actor that is alive, or None for the program itself. (Nobody else holds one that is to be dropped.)"""
        alive = [None, *(actor for actor in self.actors if actor.is_alive())]
        return alive[who % len(alive)]

    def _step(self, who, order):
        actor = self._alive(who)
        if actor is None or (order.kind in ("close", "cancel", "drop") and actor.kind == "function"):
            self.perform(order)
        elif actor.kind == "function":
            actor.done.clear()
            actor.orders.put(order)
            actor.done.wait()
        elif actor.kind == "coroutine":
            actor.done.clear()
            if order.kind == "cancel":
                actor.task.cancel()
            else:
                actor.order.set_result(order)
        else:
            self.perform(Order("resume", "a", self.actors.index(actor), (order,)))
        del actor  # a callback may drop it
        self.drain()

    def drain(self):
        """Let the loop run until nobody in it has anything to do but wait for orders."""

        async def turn():
            while self.pending or any(a.kind == "coroutine" and not a.done.is_set() for a in self.actors):
                await asyncio.sleep(0)
            for _ in range(3):
                await asyncio.sleep(0)

        self.loop.run_until_complete(turn())

    def end(self):
        """Every path restores: end everything, in whatever order it was made."""
        for actor in [actor for actor in self.actors if actor.is_alive()]:
            while actor.is_alive():
                if actor.kind == "function":
                    actor.done.clear()
                    actor.orders.put(Order("leave"))
                    actor.done.wait()
                elif actor.kind == "coroutine":
                    actor.done.clear()
                    actor.task.cancel()
                    self.drain()
                else:
                    actor.close()
            if actor.kind == "function":
                actor.thread.join()
        self.drain()
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        self.pool.shutdown()
        for handle, scope in self.handles:
            self.stop(handle, scope)
        for stack in self.abandoned:
            self.is_refused(stack.close)
        self.probe()

    # ---- what is seen ----

    @property
    def here(self):
        return self.threads[threading.get_ident()]

    def in_loop_thread(self):
        return threading.get_ident() == self.driver

    @contextlib.contextmanager
    def reporting(self):
        """Note what goes wrong in a thread or a task."""
        try:
            yield
        except (Planned, asyncio.CancelledError):
            pass
        except BaseException as error:
            self.failures.append(error)

    def note(self, scope, box):
        self.counts["scopes"] += 1
        self.boxes.append((scope, box))

    def check(self, real, model, what):
        if real != model:
            raise AssertionError(f"{what}: {real!r}, and the model says {model!r}")

    def probe(self):
        """Really open each file, and ask who is innermost."""
        self.counts["probes"] += 1
        refused, expected = "", ""
        for name, file in self.files.items():
            expected += name if self.model.refuses(self.here, name) else ""
            try:
                open(file).close()
            except PermissionError as error:
                self.check(error.policy, name, "who refused")
                refused += name
        self.counts["refused"] += len(refused)
        self.check(refused, expected, "refused here")
        force = self.model.of(self.here)
        boxes = {id(box): scope for scope, box in self.boxes}
        box = current()
        self.check(None if box is None else boxes.get(id(box)), force[0] if force else None, "innermost")
        if self.careful and not self.failures:
            self.check_records()

    def check_records(self):
        for scope, box in self.boxes:
            records = "".join(violation.policy for violation in box.violations)
            self.check(records, "".join(scope.records[:100]), f"record of {scope.name}")
            self.check(len(records) + box.dropped, len(scope.records), f"number of records of {scope.name}")
            self.check(len(box.left_open), scope.left_open, f"left open in {scope.name}")

    # ---- what can be done ----

    def manager(self, name):
        """Sometimes the same manager as before, sometimes a new one."""
        return self.managers[name] if len(self.boxes) % 2 else sandbox(self.policies[name])

    def perform_all(self, orders):
        with self.reporting():
            for order in orders:
                self.perform(order)

    def perform(self, order):
        self.counts["orders"] += 1
        act = getattr(self, "do_" + order.kind, None)
        if act is not None:
            act(order)

    def do_probe(self, order):
        self.probe()

    def do_block(self, order):
        """A block in a function: a plain one, a decorated one, a managed one."""

        def body():
            scope = self.model.enter(self.here, order.name, "with", opener)
            self.note(scope, current())
            scopes.append(scope)
            self.perform_all(order.orders)

        scopes, opener = [], Opener("function")
        manager = self.manager(order.name)
        if order.number % 3 == 0:
            with manager:
                body()
        elif order.number % 3 == 1:
            manager(body)()
        else:
            opener = Opener("generator", "suspended")
            with managing(manager):
                body()
        opener.state = "returned"
        self.model.leave(self.here, scopes[0])

    def do_trusted(self, order):
        call(self, order)

    def do_start(self, order):
        handle = self.manager(order.name).start()
        scope = self.model.enter(self.here, order.name, "start", None)
        self.note(scope, handle.box)
        self.handles.append((handle, scope))

    def do_stop(self, order):
        if self.handles:
            self.stop(*self.handles[order.number % len(self.handles)])

    def stop(self, handle, scope):
        expected = real = "stopped"
        try:
            self.model.leave(self.here, scope)
        except Refused:
            expected = "refused"
        try:
            handle.stop()
        except ScopeError:
            real = "refused"
        self.check(real, expected, "stop")

    def do_spawn(self, order):
        if len(self.actors) >= 24:
            return
        actor = Actor(self, KINDS[order.number % 4], order.name if order.number % 3 == 0 else None)
        if actor.kind == "function":
            self.actors.append(actor)
            actor.start_thread()
        elif actor.kind == "coroutine":
            self._spawn_task(actor, order)
        else:
            self.actors.append(actor)
            actor.start_generator()

    def _spawn_task(self, actor, order):
        how = order.number // 4 % 3
        if how == 0 or not self.contexts:
            context, real = self.model.copy(self.here), contextvars.copy_context()
        elif how == 1:
            context, real = self.model.fresh(self.here), contextvars.Context()
        else:
            context, real = self.contexts[order.number % len(self.contexts)]
        self.actors.append(actor)
        actor.start_task(context, real)

    def _other(self, order, kinds):
        if not self.actors:
            return None
        actor = self.actors[order.number % len(self.actors)]
        return actor if actor.kind in kinds and actor.opener.state == "suspended" else None

    def do_resume(self, order):
        if actor := self._other(order, ("generator", "async generator")):
            for inner in order.orders:
                if actor.is_alive():
                    actor.step(inner)

    def do_close(self, order):
        if actor := self._other(order, ("generator", "async generator")):
            actor.close()

    def do_throw(self, order):
        if actor := self._other(order, ("generator", "async generator")):
            actor.throw(Planned(order.number % 3))

    def do_cancel(self, order):
        actor = self._other(order, ("coroutine",))
        if actor is not None and self.in_loop_thread() and actor.task is not None:
            actor.done.clear()
            actor.task.cancel()

    def do_drop(self, order):
        """Lose a generator and collect it, here."""
        actor = self._other(order, ("generator", "async generator"))
        if actor is None:
            return
        index = self.actors.index(actor)
        if actor.call is None:
            self.actors[index] = Actor(self, actor.kind, None)
            self.actors[index].opener.state = "returned"
            actor.at_large = actor.has_hooks
            del actor
            self.collect()

    def do_age(self, order):
        """Make what there is older than what comes: that tells in what order the collector finds it."""
        gc.collect(0)

    def collect(self):
        """Have what is lost collected here and now, not whenever there is enough of it."""
        self.collecting = True
        gc.collect()
        self.collecting = False

    def do_copy(self, order):
        self.contexts.append((self.model.copy(self.here), contextvars.copy_context()))

    def do_fresh(self, order):
        self.contexts.append((self.model.fresh(self.here), contextvars.Context()))

    @contextlib.contextmanager
    def entered(self, context):
        token = self.model.run(self.here, context)
        try:
            yield
        finally:
            self.model.leave_run(self.here, token)

    def do_run(self, order):
        """Run in a context: a fresh one, a copy, or one that somebody made earlier."""
        if order.number % 4 == 0 or not self.contexts:
            context, real = self.model.fresh(self.here), contextvars.Context()
        elif order.number % 4 == 1:
            context, real = self.model.copy(self.here), contextvars.copy_context()
        else:
            context, real = self.contexts[order.number % len(self.contexts)]
        if context.entered:
            try:
                real.run(int)
            except RuntimeError:
                return
            raise AssertionError("the context was entered twice")

        def inside():
            with self.entered(context):
                self.perform_all(order.orders)

        real.run(inside)

    def do_callback(self, order):
        """Something for the loop to call, in a copy of this context or in a fresh one."""
        if order.number % 2:
            context, real = self.model.fresh(self.here), contextvars.Context()
        else:
            context, real = self.model.copy(self.here), None  # a copy that the loop takes

        def callback():
            with self.reporting():
                with self.entered(context):
                    self.perform_all(order.orders)
            self.pending -= 1

        self.pending += 1
        schedule = self.loop.call_soon if self.in_loop_thread() else self.loop.call_soon_threadsafe
        schedule(callback, context=real)

    @contextlib.contextmanager
    def in_worker(self, carried):
        thread = self.threads.setdefault(threading.get_ident(), Thread(stack=[Context(entered=True)]))
        before = self.model.run_job(thread, carried)
        try:
            yield
        finally:
            self.model.leave_job(thread, before)

    def do_job(self, order):
        """A job for the host's pool, which has one worker."""
        carried = self.model.carried(self.here)

        def job():
            with self.in_worker(carried):
                self.perform_all(order.orders)

        if threading.current_thread() not in self.pool._threads:
            self.pool.submit(job).result()

    def do_abandon(self, order):
        """Enter through a stack, and return without leaving it. (Its frame keeps those that called it.)"""
        if self.here.bodies:
            return
        stack = contextlib.ExitStack()
        box = stack.enter_context(self.manager(order.name))
        self.note(self.model.enter(self.here, order.name, "stack", Opener("function", "returned")), box)
        self.abandoned.append(stack)

    def do_attack(self, order):
        """Try to end somebody's scope: nothing but a ScopeError may come of it."""
        manager = self.managers[order.name]
        acts = [
            lambda: manager.__exit__(None, None, None),
            lambda: type(manager).__exit__(manager, None, None, None),
            lambda: manager.__aexit__(None, None, None),
            lambda: manager.__enter__(),
            lambda: contextvars.copy_context().run(manager.__exit__, None, None, None),
        ]
        if order.number % 6 == 5:
            self._attack_stack(order)
            self.collect()  # the generator in whose frame it lies may be lost
            return
        self.is_refused(acts[order.number % 6])

    @staticmethod
    def is_refused(act):
        try:
            act()
        except ScopeError:
            return
        raise AssertionError("nothing was raised")

    def _attack_stack(self, order):
        """An explicit end of a stack that lies in somebody's frame: refused, and nobody can end those scopes now."""
        if not self.stacks:
            return
        block = self.stacks[order.number // 6 % len(self.stacks)]
        self.stacks = [other for other in self.stacks if other is not block]
        stack = block.stack if order.number % 4 < 2 else block.stack.pop_all()
        for scope in block.scopes:
            self.model.fail(scope)
        if isinstance(stack, contextlib.AsyncExitStack):
            self.is_refused(lambda: stack.aclose().send(None))
        else:
            self.is_refused(stack.close)
