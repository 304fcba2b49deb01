"""Test that each module and its tests find each other by name.

``src/paretune/a/b.py`` is tested by ``tests/a/test_b.py``, and a module of ``experiments/tenfold`` by its test in
``tests/experiments/tenfold``. The exceptions are listed here, and an entry that is not needed fails the test, too.
"""

from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS, SRC = ROOT / "tests", ROOT / "src" / "paretune"

TESTED_BY = {
    # Parts of one class or feature, which are tested through it.
    "execution/on_ray/slot_actor": "execution/on_ray/test_cluster",
    "execution/on_ray/slot_state": "execution/on_ray/test_cluster",
    "execution/progress_channel": "execution/test_progress",
    "execution/worker": "execution/test_pool",
    "execution/worker_process": "execution/test_pool",
    "measure/file_lock": "measure/test_device_lock",
    "measure/lock_holders": "measure/test_device_lock",
    "searchers/searcher": "searchers/test_registry",
    "adapters/numbered_trials": "adapters/optuna/test_pruning",
    "adapters/optuna/live_curves": "adapters/optuna/test_pruning",
    "adapters/optuna/scheduler_trials": "adapters/optuna/test_pruning",
    "adapters/ray_tune/reported": "adapters/ray_tune/test_history",
    "trials/field_checks": "trials/test_table",
    # Schedulers, whose rules are tested as a whole.
    "schedulers/exemption": "schedulers/test_asha",
    "schedulers/expected_losses": "schedulers/test_predictor",
    "schedulers/known_objectives": "schedulers/test_predictor",
    "schedulers/median": "schedulers/test_asha",
    "schedulers/metrics_at_step": "schedulers/test_predictor",
    "schedulers/scheduler": "schedulers/test_asha",
    "schedulers/step_decision": "schedulers/test_asha",
    "__main__": "cli/test_entry_point",
    "objectives/objective": "objectives/test_objectives",
    # Parts of a run, which are tested through it.
    "study/ask_tell": "study/test_study",
    "study/asked_trial": "study/test_ledger",
    "study/creation": "study/test_study",
    "study/recorded_run": "study/test_run_loop",
    "study/results": "study/test_study",
    "study/run_checks": "study/test_budget",
    "study/run_rules": "study/test_run_loop",
    "study/running_trials": "study/test_ledger",
    "study/training_parts": "study/test_budget",
    "study/waiting_trials": "study/test_checkpoints",
    "workloads/builtin/training_state": "workloads/builtin/diatoms/test_training",
    "workloads/builtin/diatoms/saved_training": "workloads/builtin/diatoms/test_training",
    # Parts of pictures, and of the HTML report.
    "figures/axis_scale": "figures/test_front",
    "figures/legend": "figures/test_every_study",
    "figures/marks": "figures/test_every_study",
    "figures/panel": "figures/test_scale",
    "figures/style": "figures/test_every_study",
    "figures/svg": "figures/test_every_study",
    "reports/alt_texts": "reports/test_render",
    "reports/captions": "reports/test_render",
    "reports/parameters": "reports/test_render",
    "reports/trials_table": "reports/test_render",
    "figures/forest": "figures/test_importance",
    "figures/sklearn_forest": "figures/test_importance",
    "figures/labels": "figures/test_every_study",
    "figures/parameter_axis": "figures/test_parallel_coordinates",
    "figures/staircase": "figures/test_front",
    "figures/trial_selection": "figures/test_every_study",
    "reports/origin": "reports/test_render",
    "reports/pictures": "reports/test_render",
    "reports/summary": "reports/test_json_report",
    "reports/tables": "reports/test_render",
    "tracking/tensorboard_events": "tracking/test_tensorboard",
    "tracking/trackers": "tracking/test_logged_trial",
    # Parts of the service, which its routes test; claims and the record of its runs, which the hosted study does.
    "server/analysis": "server/api/test_results",
    "server/api/access": "server/security/test_guard",
    "server/api/admin": "server/api/test_studies",
    "server/api/events": "server/test_run",
    "server/api/schemas": "server/api/test_studies",
    "server/api/views": "server/api/test_trials",
    "server/api/changes": "server/runs/test_launcher",
    "server/api/runs": "server/runs/test_launcher",
    "server/application": "server/security/test_guard",
    "server/sigopt/access": "server/sigopt/test_experiment_routes",
    "server/sigopt/importances": "server/sigopt/test_experiment_routes",
    "server/sigopt/open_experiments": "server/sigopt/test_experiment_routes",
    "server/sigopt/runs": "server/sigopt/test_run_routes",
    "server/sigopt/suggestion": "server/sigopt/test_suggestion_routes",
    "server/sigopt/write_observations": "server/sigopt/test_observation_routes",
    "server/sigopt/write_runs": "server/sigopt/test_run_routes",
    "json_value": "server/api/test_results",
    "server/names": "server/api/test_studies",
    "server/pages/charts/axis": "server/pages/test_routes",
    "server/pages/charts/front_chart": "server/pages/test_routes",
    "server/pages/charts/line_charts": "server/pages/test_routes",
    "server/pages/charts/svg": "server/pages/test_routes",
    "server/pages/forms": "server/pages/test_routes",
    "server/pages/rendering": "server/pages/test_routes",
    "server/pages/run_routes": "server/runs/test_launcher",
    "server/pages/study_page": "server/pages/test_routes",
    "server/runs/refit": "server/runs/test_launcher",
    "server/security/audit": "server/security/test_guard",
    "server/security/limits": "server/security/test_guard",
    "server/security/refusal": "server/security/test_guard",
    "server/security/rules": "server/security/test_guard",
    "server/security/sessions": "server/security/test_tokens",
    "server/security/strict_json": "server/security/test_guard",
    "server/service": "server/api/test_studies",
    "server/settings": "cli/test_serve",
    "server/storage_threads": "server/suggestions/test_desk",
    "server/suggestions/computer": "server/api/test_trials",
    "server/suggestions/job": "server/suggestions/test_desk",
    "server/suggestions/ready": "server/suggestions/test_desk",
    "study/claims": "study/test_hosted_study",
    "study/hosted_curves": "server/api/test_trials",
    "study/hosted_run": "study/test_hosted_study",
    "study/hosted_storage": "study/test_hosted_study",
    "study/trial_end": "study/test_ledger",
    # Built-in workloads: the two frameworks are compared with each other.
    "workloads/builtin/analytic": "workloads/test_set_up",
    "app/predict": "cli/test_predict",
    "workloads/builtin/tabular/adamw": "workloads/builtin/tabular/test_net",
    "workloads/builtin/tabular/encoding": "workloads/builtin/tabular/test_evaluation",
    "workloads/builtin/tabular/fitting": "workloads/builtin/tabular/test_evaluation",
    "workloads/builtin/vision/epochs": "workloads/builtin/vision/test_training",
    "workloads/builtin/vision/choices": "workloads/builtin/vision/test_sgd",
    "workloads/builtin/diatoms/frameworks": "workloads/builtin/diatoms/test_workload",
    "workloads/builtin/diatoms/weights": "workloads/builtin/diatoms/test_network",
    "workloads/builtin/diatoms/on_tensorflow/loading": "workloads/builtin/diatoms/test_workload",
    "workloads/builtin/diatoms/on_tensorflow/network": "workloads/builtin/diatoms/test_network",
    "workloads/builtin/diatoms/on_tensorflow/optimizer": "workloads/builtin/diatoms/test_optimizer",
    "workloads/builtin/diatoms/on_tensorflow/training": "workloads/builtin/diatoms/test_training",
    "workloads/builtin/diatoms/on_torch/network": "workloads/builtin/diatoms/test_network",
    "workloads/builtin/diatoms/on_torch/optimizer": "workloads/builtin/diatoms/test_optimizer",
    "workloads/builtin/diatoms/on_torch/training": "workloads/builtin/diatoms/test_training",
    "workloads/builtin/rotten_tomatoes/evaluation": "workloads/builtin/rotten_tomatoes/test_workload",
}
WITHOUT_TESTS: set[str] = set()

WHOLE_USE = {
    # Other people's clients, sites and programs.
    "docs_site/test_accessibility",
    "docs_site/test_pages",
    "examples/test_examples",
    "reports/test_page_accessibility",
    "server/pages/test_browser",
    "server/sigopt/test_sigopt_client",
    "server/security/test_hostile_requests",
    "test_optunahub",
    # The code of a package's ``__init__.py``, or two modules that are compared with each other.
    "workloads/builtin/diatoms/test_network",
    "workloads/builtin/diatoms/test_optimizer",
    "workloads/builtin/diatoms/test_training",
    "workloads/builtin/architecture/test_workload",
    "workloads/builtin/diatoms/test_workload",
    "workloads/builtin/rotten_tomatoes/test_workload",
    # A contract with another library.
    "adapters/optuna/test_optuna_contract",
    "adapters/ray_tune/test_tuner",
    # One topic of a large module.
    "cli/test_bounds_and_limits",
    "cli/test_run_log",
    "cli/test_run_on_ray",
    "cli/test_run_resume",
    "cli/test_run_study_file",
    "cli/test_run_architecture",
    "cli/test_run_workers",
    "execution/on_ray/test_cluster_failures",
    # One topic through several modules.
    "behaviour/test_recorded_behaviour",
    "test_wrong_arguments",
    "engine/test_feasibility_first",
    "execution/test_progress",
    "figures/test_every_study",
    "study/test_reports",
    "test_layout",
    "test_package",
    "test_public_surface",
    "trials/test_stopped",
    # Pages of the documentation and of reports, and results in the repository.
    "cli/test_commands_page",
    "client/test_service_page",
    "cli/test_reports_page",
    "experiments/test_committed_results",
    "reports/test_page_script",
    "study/test_library_page",
}


def names(folder, pattern):
    return {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob(pattern)}


def mirrored_test(module):
    """The test file at the mirrored place; a drawing is tested with its view."""
    folder, _, name = module.rpartition("/")
    return f"{folder}/test_{name.removesuffix('_drawing')}".removeprefix("/")


MODULES = {name for name in names(SRC, "*.py") if not name.endswith("__init__")}
TEST_FILES = names(TESTS, "test_*.py")


def test_each_module_has_a_test_file():
    wrong = []
    for module in sorted(MODULES - WITHOUT_TESTS):
        expected = mirrored_test(module)
        if module in TESTED_BY and expected in TEST_FILES:
            wrong.append(f"{expected}.py exists: remove {module} from TESTED_BY")
        elif (expected := TESTED_BY.get(module, expected)) not in TEST_FILES:
            wrong.append(f"{module}.py needs tests/{expected}.py, or an entry in TESTED_BY with its reason")
    assert wrong == []


def test_test_file_names_an_existing_module():
    experiments = {f"experiments/tenfold/{name}" for name in names(ROOT / "experiments" / "tenfold", "*.py")}
    mirrored = {mirrored_test(module) for module in MODULES | experiments}
    assert sorted(TEST_FILES - mirrored - WHOLE_USE) == [], "name these after their module, or add them to WHOLE_USE"
    assert sorted(WHOLE_USE & mirrored) == [], "these have a module of their name: remove them from WHOLE_USE"


def test_lists_name_only_existing_files():
    assert sorted((set(TESTED_BY) | WITHOUT_TESTS) - MODULES) == []
    assert sorted(WHOLE_USE - TEST_FILES) == []
