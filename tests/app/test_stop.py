"""Stop a study that runs elsewhere."""

from paretune.app.plan import open_study
from paretune.app.run_options import RunOptions
from paretune.app.status import study_status
from paretune.app.stop import stop_study
from paretune.study import run_loop


def test_running_trial_is_counted_and_run_ends_after_it(request_study, monkeypatch):
    monkeypatch.setattr(run_loop, "_POLL_SECONDS", 0.0)
    study, set_up = open_study(request_study(), {}, RunOptions(searcher="random"))
    evaluate, counts = set_up(), []

    def stop_during_second(params):
        if len(study.trials) == 2:
            counts.append(stop_study("mine", "paretune.db"))
        return evaluate(params)

    study.run(stop_during_second, n_trials=9)
    assert counts == [1]
    assert len(study.trials) == 2
    assert study_status("mine", "paretune.db").is_over
