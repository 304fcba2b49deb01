"""A table of public functions of the rooms for `tests/test_wrong_arguments.py`, with right and wrong arguments."""

from dataclasses import replace
from pathlib import Path

from paretune import (
    Float,
    Int,
    Maximize,
    Minimize,
    Objectives,
    Space,
    Trials,
    confidence,
    engine,
    execution,
    figures,
    measure,
    plots,
    reports,
    schedulers,
    searchers,
    study,
    tracking,
    trials,
    workloads,
)
from paretune.errors import TrialFailedError

SPACE = Space({"x": Float(0, 1), "k": Int(1, 3)})
OBJECTIVES = Objectives([Maximize("a"), Minimize("b")])
PARAMS = tuple({"x": x, "k": 1} for x in (0.1, 0.2, 0.3))
TRIALS = Trials(SPACE, OBJECTIVES, PARAMS, losses=[[-0.5, 1.0], [-0.6, 2.0], [-0.7, 3.0]])
LOSSES = TRIALS.losses.tolist()
DRAWS = [LOSSES, LOSSES]
RUN = reports.Run("r", TRIALS)
FRONT = figures.front_view(TRIALS)
NUMBER, TEXT, ANY_TEXT, NONE, FUNCTION, EMPTY = (
    {"number"},
    {"text"},
    {"text", "empty text"},
    {"none"},
    {"function"},
    {"empty"},
)
DEVICE = {"device": ("cpu", set())}
DRAWS_OF = {"n_draws": (2, NUMBER), "seed": (0, NUMBER)}
RUNGS = {"max_resource": (9, NUMBER), "min_resource": (1, NUMBER), "eta": (2, NUMBER), "exempt": (0.1, set())}
STORED = {"name": ("s", TEXT), "storage": ("a.db", TEXT)}


def enter(context):
    """Return a function that enters a context manager and leaves it."""

    def call(**given):
        with context(**given):
            pass

    return call


def draw(plot):
    """Return a function that draws without a screen, and closes what it drew."""

    def call(**given):
        import matplotlib.pyplot as plt

        plt.switch_backend("agg")
        try:
            plot(**given)
        finally:
            plt.close("all")

    return call


WITH_CURVES = replace(TRIALS, curves=trials.Curves.from_steps({0: [{"step": 1, "a": 0.1}, {"step": 2, "a": 0.2}]}))

# As `CALLS` of the test: the function, right arguments, and the kinds of wrong values that are right there.
ROOM_CALLS = {
    "TrialFailedError": (TrialFailedError, {"reason": ("crashed", None), "metrics": ({}, NONE | {"mapping"})}),
    "confidence.bootstrap_fronts": (
        confidence.bootstrap_fronts,
        {
            "losses": (LOSSES, set()),
            "size": (2, NUMBER),
            "repeats": (2, NUMBER),
            "seed": (0, NUMBER),
            "replace": (False, {"true"}),
        },
    ),
    "confidence.compare": (
        confidence.compare,
        {
            "candidate": (TRIALS, set()),
            "baseline": (TRIALS, set()),
            "budget": (3, NUMBER | NONE),
            "reference": ([1, 9], NONE),
            "repeats": (2, NUMBER),
            "seed": (0, NUMBER),
        },
    ),
    "confidence.coverage": (confidence.coverage, {"losses": (LOSSES, set()), "others": (LOSSES, set())}),
    "confidence.merged_front_share": (
        confidence.merged_front_share,
        {"losses": (LOSSES, set()), "others": (LOSSES, set())},
    ),
    "confidence.front_band": (
        confidence.front_band,
        {
            "trials": (TRIALS, set()),
            "draws": (DRAWS, NONE),
            "places": ([-0.6], NONE),
            "level": (0.9, set()),
            **DRAWS_OF,
        },
    ),
    "confidence.front_membership": (
        confidence.front_membership,
        {"trials": (TRIALS, set()), "draws": (DRAWS, NONE), "reference": ([1, 9], NONE), **DRAWS_OF},
    ),
    "confidence.region": (confidence.region, {"fronts": ([LOSSES], set()), "grid": (5, NUMBER)}),
    "confidence.shrunk_draws": (confidence.shrunk_draws, {"trials": (TRIALS, set()), **DRAWS_OF}),
    "engine.recommend": (engine.recommend, {"trials": (TRIALS, set()), **DEVICE}),
    "engine.posterior_draws": (engine.posterior_draws, {"trials": (TRIALS, set()), **DRAWS_OF, **DEVICE}),
    "execution.Inline": (execution.Inline, {"evaluate": (len, FUNCTION), "objectives": (OBJECTIVES, set())}),
    "execution.make_slots": (
        execution.make_slots,
        {"n_workers": (1, NUMBER | NONE), "devices": ((), EMPTY), "per_device": (1, NUMBER)},
    ),
    "execution.Pool": (
        execution.Pool,
        {
            "prepare": (len, FUNCTION),
            "slots": ((execution.Slot(0),), set()),
            "objectives": (OBJECTIVES, {"ragged", "empty"}),
            "logs": (Path("logs"), TEXT),
            "timeout": (1.0, NUMBER | NONE),
            "memory_limit": (10**9, NUMBER | NONE),
            "grace": (1.0, NUMBER),
        },
    ),
    "figures.cost_view": (
        figures.cost_view,
        {"sides": ({"a": [TRIALS]}, set()), "reference": ([1, 9], set())},
    ),
    "figures.draw_film": (
        figures.draw_film,
        {"trials": (TRIALS, set()), "width": (400, NUMBER), "frames": (2, NUMBER), "seconds": (1.0, NUMBER)},
    ),
    "figures.draw_front": (
        figures.draw_front,
        {"view": (FRONT, set()), "width": (400, NUMBER), "baseline_name": ("b", ANY_TEXT)},
    ),
    "figures.feasibility_view": (
        figures.feasibility_view,
        {"trials": (TRIALS, set()), "window": (2, NUMBER | NONE)},
    ),
    "figures.front_view": (figures.front_view, {"trials": (TRIALS, set()), "baseline": (TRIALS, NONE)}),
    "figures.growth_view": (
        figures.growth_view,
        {
            "candidate_runs": (TRIALS, set()),
            "baseline_runs": (TRIALS, NONE),
            "reference": ([1, 9], NONE),
            "repeats": (2, NUMBER),
            "seed": (0, NUMBER),
        },
    ),
    "figures.importance_view": (figures.importance_view, {"trials": (TRIALS, set()), "seed": (0, NUMBER)}),
    "figures.learning_curves_view": (figures.learning_curves_view, {"trials": (TRIALS, set())}),
    "figures.parallel_coordinates_view": (
        figures.parallel_coordinates_view,
        {"trials": (TRIALS, set()), "names": (["x"], NONE | EMPTY), "is_log": ((True, False), NONE)},
    ),
    "figures.region_view": (
        figures.region_view,
        {
            "baseline": (TRIALS, set()),
            "candidate": (TRIALS, NONE),
            "size": (2, NUMBER | NONE),
            "repeats": (2, NUMBER),
            "seed": (0, NUMBER),
            "is_log": ((False, False), NONE),
        },
    ),
    "figures.search_path_view": (
        figures.search_path_view,
        {"trials": (TRIALS, set()), "names": (["x"], NONE | EMPTY)},
    ),
    "figures.signals_view": (figures.signals_view, {"trials": (TRIALS, set())}),
    **{
        f"figures.draw_{name}": (getattr(figures, f"draw_{name}"), {"view": (None, set()), "width": (400, None)})
        for name in (
            *("cost", "feasibility", "growth", "importance", "learning_curves"),
            *("parallel_coordinates", "region", "search_path", "signals"),
        )
    },
    "plots.plot_front": (
        draw(plots.plot_front),
        {"trials": (TRIALS, set()), "baseline": (TRIALS, NONE), "ax": (None, NONE)},
    ),
    "plots.plot_growth": (
        draw(plots.plot_growth),
        {
            "runs": (TRIALS, set()),
            "baseline": (TRIALS, NONE),
            "ax": (None, NONE),
            "reference": ([1, 9], NONE),
        },
    ),
    "plots.plot_importance": (
        draw(plots.plot_importance),
        {"trials": (TRIALS, set()), "ax": (None, NONE), "n": (2, NUMBER)},
    ),
    "plots.plot_learning_curves": (
        draw(plots.plot_learning_curves),
        {
            "trials": (WITH_CURVES, set()),
            "ax": (None, NONE),
        },
    ),
    "measure.device_name": (measure.device_name, DEVICE),
    "measure.exclusive_device": (enter(measure.exclusive_device), DEVICE),
    "measure.shared_device": (enter(measure.shared_device), {**DEVICE, "synchronize": (None, NONE | FUNCTION)}),
    "measure.latency": (
        measure.latency,
        {
            "call": (lambda: 0, FUNCTION),
            "device": (None, NONE),
            "synchronize": (None, NONE | FUNCTION),
            "warm_up": (1, NUMBER),
            "min_repeats": (2, NUMBER),
            "max_repeats": (2, NUMBER),
            "relative_error": (0.5, NUMBER),
            "time_limit": (0.01, NUMBER),
            "yardstick": (measure.Yardstick(lambda: 0, 1e-6), NONE),
            "never_waits": (None, NONE | {"true"}),
        },
    ),
    "measure.TrainingTimer": (
        measure.TrainingTimer,
        {
            **DEVICE,
            "synchronize": (None, NONE | FUNCTION),
            "share": (0.1, set()),
            "block": (0.1, NUMBER),
            "yardstick": (None, NONE),
            "never_waits": (None, NONE | {"true"}),
        },
    ),
    "measure.Yardstick": (measure.Yardstick, {"compute": (len, FUNCTION), "seconds": (1.0, NUMBER)}),
    "reports.Run": (reports.Run, {"name": ("a", ANY_TEXT), "trials": (TRIALS, set())}),
    "reports.choose_reference": (
        reports.choose_reference,
        {"tables": ([TRIALS], set()), "given": ({"a": 0.0, "b": 9.0}, NONE | {"mapping"})},
    ),
    "reports.summarize": (
        reports.summarize,
        {
            "candidate": (RUN, set()),
            "baseline": (RUN, EMPTY),
            "reference": ({"a": 0.0, "b": 9.0}, NONE | {"mapping"}),
            "models": (False, {"true"}),
            "seed": (0, NUMBER),
            "title": ("a", ANY_TEXT),
        },
    ),
    "reports.join_run_names": (reports.join_run_names, {"runs": ([RUN], EMPTY)}),
    "reports.headline": (reports.headline, {"summary": (None, set())}),
    "reports.comparison_table": (reports.comparison_table, {"summary": (None, set())}),
    "reports.to_json": (reports.to_json, {"summary": (None, set())}),
    "reports.write_report": (reports.write_report, {"summary": (None, set()), "out": (Path("r"), None)}),
    "schedulers.Asha": (
        schedulers.Asha,
        {**RUNGS, "max_resource": (9, NUMBER | NONE)},
    ),
    "schedulers.Halving": (schedulers.Halving, RUNGS),
    "schedulers.Hyperband": (schedulers.Hyperband, RUNGS),
    "schedulers.Median": (
        schedulers.Median,
        {"min_resource": (1, NUMBER), "min_trials": (2, NUMBER), "exempt": (0.1, set())},
    ),
    "schedulers.StartupHalving": (
        schedulers.StartupHalving,
        {
            "max_resource": (9, NUMBER),
            "min_resource": (1, NUMBER | NONE),
            "n_short": (6, NUMBER),
            "n_whole": (2, NUMBER),
        },
    ),
    "searchers.make_searcher": (
        searchers.make_searcher,
        {"name": ("random", set()), "options": ({}, NONE | {"mapping"})},
    ),
    "study.Budget": (
        study.Budget,
        {"resource": ("epochs", set()), "amount": (5, NUMBER), "length": (3, NUMBER | NONE)},
    ),
    "study.activity": (study.activity, STORED),
    "study.list_studies": (study.list_studies, {"storage": ("a.db", TEXT)}),
    "study.load_refit": (study.load_refit, STORED),
    "study.refit_name": (study.refit_name, {"name": ("s", TEXT)}),
    "study.request_stop": (study.request_stop, STORED),
    "study.trial_log": (study.trial_log, {**STORED, "number": (0, NUMBER)}),
    **{
        f"study.{function.__name__}": (function, {"storage": (None, set()), "name": ("s", None)})
        for function in (study.read_facts, study.last_search, study.last_searcher_options)
    },
    "tracking.check_tracker": (tracking.check_tracker, {"name": ("tensorboard", set())}),
    "tracking.make_tracker": (
        tracking.make_tracker,
        {
            "name": ("mlflow", set()),
            "study": ("s", TEXT),
            "space": (SPACE, set()),
            "objectives": (OBJECTIVES, set()),
            "folder": (Path("logs"), TEXT),
        },
    ),
    "tracking.logged_trials": (
        tracking.logged_trials,
        {
            "study": ("s", TEXT),
            "trials": (TRIALS, set()),
            "records": ({}, {"mapping"}),
            "origin": ({}, {"mapping"}),
        },
    ),
    "tracking.pending_trial": (
        tracking.pending_trial,
        {"study": ("s", TEXT), "trials": (TRIALS[:1], set()), "records": ({}, {"mapping"})},
    ),
    "tracking.numbered_steps": (tracking.numbered_steps, {"steps": ([], EMPTY)}),
    "tracking.Sender": (tracking.Sender, {"trackers": ([], EMPTY | {"ragged"}), "final_wait": (1.0, NUMBER)}),
    "trials.ColumnChoice": (
        trials.ColumnChoice,
        {"parameters": (["x"], EMPTY), "metrics": (["x"], EMPTY), "ignored": (["x"], EMPTY)},
    ),
    "trials.Curves": (
        trials.Curves,
        {"numbers": ([0], set()), "steps": ([1], set()), "metrics": ({"m": [1.0]}, set())},
    ),
    "trials.csv_column_roles": (
        trials.csv_column_roles,
        {
            "paths": (["t.csv"], EMPTY),
            "objectives": (["a", "b"], EMPTY),
            "choice": (None, NONE),
            "known": ([], EMPTY),
        },
    ),
    "trials.curves_from_csv": (trials.curves_from_csv, {"path": ("c.csv", TEXT), "numbers": ([0], NONE | EMPTY)}),
    "trials.require_columns": (trials.require_columns, {"paths": (["t.csv"], EMPTY), "names": (["a"], EMPTY)}),
    "trials.runs_from_csv": (
        trials.runs_from_csv,
        {
            "paths": (["t.csv"], EMPTY),
            "objectives": (OBJECTIVES, set()),
            "ignore": ([], EMPTY),
            "roles": (None, NONE),
        },
    ),
    "trials.trials_from_csv": (
        trials.trials_from_csv,
        {
            "path": ("t.csv", TEXT),
            "objectives": (OBJECTIVES, set()),
            "ignore": ([], EMPTY),
            "parameters": ([], EMPTY),
            "metrics": ([], EMPTY),
            "space": (SPACE, NONE),
        },
    ),
    "workloads.DataOrigin": (
        workloads.DataOrigin,
        {"name": ("a", TEXT), "sha256": ("0", TEXT), "notice": ("", ANY_TEXT)},
    ),
    "workloads.Option": (
        workloads.Option,
        {"default": (1, None), "values": (Int(1, 3), NONE), "help": ("a", ANY_TEXT)},
    ),
    "workloads.PreparedWorkload": (
        workloads.PreparedWorkload,
        {"evaluate": (len, FUNCTION), "data": (None, NONE), "make_evaluate": (None, NONE | FUNCTION)},
    ),
    "workloads.Workload": (
        workloads.Workload,
        {
            "name": ("a", TEXT),
            "summary": ("a", ANY_TEXT),
            "space": (SPACE, set()),
            "objectives": (OBJECTIVES, set()),
            "prepare": (len, FUNCTION),
            "domain": ({}, {"mapping"}),
            "options": ({}, {"mapping"}),
            "facts": ({}, {"mapping"}),
            "run_defaults": ({}, {"mapping"}),
            "last_step": (None, NONE | FUNCTION),
        },
    ),
    "workloads.load_workload": (workloads.load_workload, {"name": ("analytic", set())}),
}
# These need more than their arguments, or take long.
ONLY_REFUSED = {
    *(f"figures.draw_{name}" for name in ("cost", "feasibility", "growth", "importance", "learning_curves")),
    *(f"figures.draw_{name}" for name in ("parallel_coordinates", "region", "search_path", "signals")),
    *("reports.headline", "reports.comparison_table", "reports.to_json", "reports.write_report", "reports.summarize"),
    *("engine.posterior_draws", "study.read_facts", "study.last_search", "study.last_searcher_options"),
    *(
        "study.trial_log",
        "measure.exclusive_device",
        "measure.shared_device",
        "tracking.check_tracker",
        "tracking.make_tracker",
    ),
}
