"""A scikit-learn pipeline: error against the time to predict 200 rows. Some parameters exist only for one model.

Run it: ``python sklearn_pipeline.py``, or with another total: ``python sklearn_pipeline.py 50``. Run it again to go on.
"""

import sys

from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from paretune import Categorical, Float, Int, Minimize, Study
from paretune.measure import latency

X, y = load_wine(return_X_y=True)


def build(params, seed):
    if params["model"] == "svm":
        model = SVC(C=params["C"], gamma=params["gamma"])
    else:
        model = RandomForestClassifier(params["trees"], max_depth=params["depth"], random_state=seed)
    return make_pipeline(StandardScaler(), PCA(params["components"]), model)


def evaluate(params, seed):
    pipeline = build(params, seed)
    scores = cross_val_score(pipeline, X, y, cv=5)
    pipeline.fit(X, y)
    timed = latency(lambda: pipeline.predict(X), device="cpu", max_repeats=20)
    return {
        "error": 1 - scores.mean(),
        "error_se": scores.std(ddof=1) / len(scores) ** 0.5,
        "seconds": timed.median,
        "seconds_se": timed.standard_error,
    }


if __name__ == "__main__":
    study = Study(
        {
            "components": Int(1, 13),
            "model": Categorical(["svm", "forest"]),
            "C": Float(1e-2, 1e3, log=True, when={"model": "svm"}),
            "gamma": Float(1e-4, 1.0, log=True, when={"model": "svm"}),
            "trees": Int(2, 100, log=True, when={"model": "forest"}),
            "depth": Int(1, 10, when={"model": "forest"}),
        },
        [Minimize("error"), Minimize("seconds", unit="s")],
        storage="examples.db",
        name="sklearn-pipeline",
    )
    study.run(evaluate, n_trials=int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    print(study.front().to_frame().to_string())
