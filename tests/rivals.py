"""Processes that claim the trials of one study, or create one storage, at the same moment."""

from contextlib import contextmanager

from forked_command import fork_context
from paretune import Float, Maximize, Minimize, Study
from paretune.study import quiet_optuna_logging


@contextmanager
def rivals(n, work, *given):
    """Start ``n`` processes that do ``work(*given, wait_for_start)``; yield a function that starts all and collects.

    ``work`` is a function of this module, and returns what can be pickled.
    """
    context, connections, processes = fork_context(), [], []
    try:
        for _ in range(n):
            ours, theirs = context.Pipe()
            processes.append(context.Process(target=_work, args=(theirs, work, given)))
            processes[-1].start()
            theirs.close()
            connections.append(ours)
        for connection in connections:
            assert connection.recv() == "ready"

        def start():
            for connection in connections:
                connection.send("start")
            return [connection.recv() for connection in connections]

        yield start
    finally:
        for connection, process in zip(connections, processes, strict=False):
            connection.close()
            process.kill()
            process.join()


def _work(connection, work, given):
    def wait_for_start():
        connection.send("ready")
        connection.recv()

    quiet_optuna_logging()
    connection.send(work(*given, wait_for_start))


def open_study(where):
    return Study({"x": Float(0, 1)}, [Maximize("gain"), Minimize("cost")], storage=where, searcher="random")


def claim_trials(where, budget, action, wait_for_start):
    """The numbers and parameters of the trials that this process claims, and perhaps ends."""
    study, claimed = open_study(where), []
    wait_for_start()
    while (asked := study._ledger.ask(budget)) is not None:
        claimed.append((asked.number, asked.params["x"]))
        if action == "tell":
            study.tell(asked, {"gain": asked.params["x"], "cost": asked.params["x"]})
    return claimed


def create_study(where, wait_for_start):
    """The number of trials of a study that this process creates together with its storage."""
    wait_for_start()
    return len(open_study(where).trials)
