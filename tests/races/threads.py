"""Real threads against a real database, each with its own app context, all let go at one instant."""

import threading
from collections import Counter
from collections.abc import Callable

from flask import Flask


def race(app: Flask, attempt: Callable[[int], object], *, attempts: int, threads: int = 20) -> Counter[str]:
    """Run `attempt(0..attempts-1)` from `threads` threads at once; count each outcome: `ok`, or the name of the exception."""
    outcomes: Counter[str] = Counter()
    guard, gate = threading.Lock(), threading.Barrier(threads)
    waiting = iter(range(attempts))

    def work() -> None:
        gate.wait()
        while True:
            with guard:
                number = next(waiting, None)
            if number is None:
                return
            try:
                with app.app_context():
                    attempt(number)
                outcome = "ok"
            except Exception as error:
                outcome = type(error).__name__
            with guard:
                outcomes[outcome] += 1

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return outcomes
