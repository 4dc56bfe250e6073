"""Runs several programs step by step in an order that is chosen beforehand, and kills some of them at a step."""

import threading
from collections.abc import Callable, Sequence


class Killed(BaseException):
    """What a program sees when it is killed: nothing that it could catch on purpose."""


class _Program:
    """One program in a thread of its own, which runs only while it is its turn."""

    def __init__(self, body: Callable[[], None]) -> None:
        self.killed = False
        self.ended = False
        self.error: BaseException | None = None
        self.go = threading.Semaphore(0)
        self.stopped = threading.Semaphore(0)
        self._body = body
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        self.go.acquire()
        try:
            if not self.killed:
                self._body()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - handed on to the test, which raises it
            self.error = error
        self.ended = True
        self.stopped.release()


class Turns:
    """Lets one program at a time go on to its next step.

    Attributes:
        steps: How many steps were taken by all programs together.
    """

    def __init__(self) -> None:
        self.steps = 0
        self._running: dict[int, _Program] = {}

    def step(self) -> None:
        """End the turn of the program that calls this; it goes on when it is its turn again, or is killed here."""
        program = self._running.get(threading.get_ident())
        if program is None:
            # The test itself looks at the outcome.
            return
        self.steps += 1
        program.stopped.release()
        program.go.acquire()
        if program.killed:
            raise Killed

    def run(
        self,
        bodies: Sequence[Callable[[], None]],
        at_once: int,
        choose: Callable[[int], int],
        kill_at: frozenset[int] = frozenset(),
    ) -> None:
        """Run every body to its end; one that is killed is begun anew, after those that wait.

        Args:
            bodies: The programs.
            at_once: How many run beside each other.
            choose: Given a number of programs, which of them takes the next step.
            kill_at: Numbers of the steps at which the program whose turn it is gets killed.
        """
        waiting = list(bodies)
        kills = set(kill_at)
        running: list[tuple[_Program, Callable[[], None]]] = []
        while waiting or running:
            while waiting and len(running) < at_once:
                body = waiting.pop(0)
                program = _Program(body)
                program.thread.start()
                assert program.thread.ident is not None
                self._running[program.thread.ident] = program
                running.append((program, body))
            place = choose(len(running))
            program, body = running[place]
            # Each number kills once: a program that was killed before its first step has not taken one.
            program.killed = self.steps in kills
            kills.discard(self.steps)
            program.go.release()
            program.stopped.acquire()
            if program.ended:
                del running[place]
                assert program.thread.ident is not None
                del self._running[program.thread.ident]
                program.thread.join()
                if program.error is not None:
                    raise program.error
                if program.killed:
                    waiting.append(body)
