"""The executor that run options ask for."""

import pytest

from paretune.app.executors import open_executor
from paretune.app.plan import open_study
from paretune.app.run_options import RunOptions
from paretune.execution import Pool

pytestmark = pytest.mark.end_to_end


@pytest.mark.parametrize(("workers", "n_slots"), [(None, 1), (3, 3)])
def test_local_run_has_a_slot_for_each_worker(request_study, workers, n_slots):
    options = RunOptions(workers=workers)
    study, set_up = open_study(request_study(), {}, options)
    with open_executor(study, set_up, options) as executor:
        assert isinstance(executor, Pool)
        assert executor.n_slots == n_slots
