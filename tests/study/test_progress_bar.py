"""The bar of a run."""

from paretune import Float, Minimize, Study


def test_bar_counts_all_trials_and_those_that_failed(tmp_path, capsys):
    def evaluate(params):
        return {"loss": params["x"] if params["x"] < 0.5 else float("nan")}

    called = []
    study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=tmp_path / "s.db", searcher="sobol")
    study.run(evaluate, n_trials=2)
    study.run(evaluate, n_trials=6, show_progress_bar=True, on_trial=lambda trial, _: called.append(trial.number))
    last = capsys.readouterr().err.rstrip().splitlines()[-1].rpartition("\r")[2]
    n_failed = int(study.trials[2:].is_failed.sum())
    assert called == [2, 3, 4, 5]
    assert last.startswith("100%")
    assert "6/6 [" in last
    assert f"failed={n_failed}" in last


def test_run_without_the_option_prints_nothing(tmp_path, capsys):
    study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=tmp_path / "s.db", searcher="sobol")
    study.run(lambda params: {"loss": params["x"]}, n_trials=2)
    assert capsys.readouterr().err == ""
