"""The part of `compare_flaml.py` that runs in FLAML's environment: search, then predict the test part, as JSON."""

import json
import sys
import time
from typing import Any

import numpy as np

time.time = time.process_time  # FLAML's budget is then one of the processor, as Paretune's
from flaml import AutoML  # noqa: E402
from sklearn.metrics import balanced_accuracy_score  # noqa: E402

Array = np.ndarray[Any, Any]


def balanced_error(X_val: Array, y_val: Array, estimator: Any, *_args: Any, **_more: Any) -> tuple[float, Any]:
    """1 - balanced accuracy, in the form of FLAML's own metrics."""
    error = 1 - float(balanced_accuracy_score(y_val, estimator.predict(X_val)))
    return error, {"error": error}


path, task, seconds = sys.argv[1:]
arrays = np.load(path)
automl, start = AutoML(), time.process_time()
automl.fit(
    arrays["X"],
    arrays["y"].astype(int) if task == "classification" else arrays["y"],
    task=task,
    metric=balanced_error if task == "classification" else "r2",
    time_budget=float(seconds),
    eval_method="cv",
    n_splits=5,
    n_jobs=1,
    seed=0,
    verbose=0,
)
found = {
    "validated": 1 - float(automl.best_loss),
    "model": automl.best_estimator,
    "n_models": getattr(automl, "_track_iter", -1) + 1,
    "seconds": time.process_time() - start,
    "predicted": np.asarray(automl.predict(arrays["X_test"])).tolist(),
}
print(json.dumps(found))  # noqa: T201 (read by the parent)
