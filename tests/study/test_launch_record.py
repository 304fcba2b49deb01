"""Test of the request by which a service started a study."""

import optuna

from paretune.study.launch_record import read_launch, write_launch


def test_request_is_kept_in_the_study():
    study = optuna.create_study()
    assert read_launch(study) is None
    write_launch(study, {"workload": "toy", "run": {"trials": 5}})
    assert read_launch(study) == {"workload": "toy", "run": {"trials": 5}}
