"""The steps that a tracker has received."""

from paretune.tracking import LoggedTrial
from paretune.tracking.sent_steps import SentSteps


def trial(*steps):
    return LoggedTrial("s", 1, {}, steps=steps, started=1.0)


def test_only_metrics_that_were_not_sent_are_new():
    sent, first = SentSteps(), trial((1, {"loss": 0.5}), (2, {"loss": 0.25}))
    assert sent.new_steps(first) == list(first.steps)
    assert first.key not in sent
    sent.add(first.key, first.steps)
    assert sent.new_steps(trial((1, {"loss": 0.5}), (2, {"loss": 0.3, "accuracy": 1.0}), (3, {"loss": 0.1}))) == [
        (2, {"accuracy": 1.0}),
        (3, {"loss": 0.1}),
    ]
    assert first.key in sent
    sent.forget(first.key)
    assert sent.new_steps(first) == list(first.steps)
