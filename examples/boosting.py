"""LightGBM: error against the size of the model. Hopeless trainings end after few rounds.

Run it: ``python boosting.py``, or with another total: ``python boosting.py 50``. Run it again to go on.
"""

import sys

import lightgbm
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from paretune import Float, Int, Minimize, Study
from paretune.adapters.callbacks import LightGBMCallback
from paretune.schedulers import Asha

ROUNDS = 81
X_train, X_test, y_train, y_test = train_test_split(*load_breast_cancer(return_X_y=True), random_state=0)


def evaluate(params, report, seed):
    train = lightgbm.Dataset(X_train, y_train, params={"verbose": -1})
    test = train.create_valid(X_test, y_test)
    booster = lightgbm.train(
        {"objective": "binary", "bagging_freq": 1, "seed": seed, "num_threads": 1, "verbose": -1, **params},
        train,
        num_boost_round=ROUNDS,
        valid_sets=[test],
        valid_names=["test"],
        callbacks=[LightGBMCallback(report)],
    )
    loss = booster.best_score["test"]["binary_logloss"] if booster.best_score else booster.eval_valid()[0][2]
    return {"test-binary_logloss": loss, "kilobytes": len(booster.model_to_string()) / 1000}


if __name__ == "__main__":
    study = Study(
        {
            "learning_rate": Float(0.01, 0.5, log=True),
            "num_leaves": Int(2, 64, log=True),
            "min_data_in_leaf": Int(2, 60, log=True),
            "bagging_fraction": Float(0.3, 1),
            "feature_fraction": Float(0.1, 1),
        },
        [Minimize("test-binary_logloss"), Minimize("kilobytes", unit="kB")],
        storage="examples.db",
        name="boosting",
    )
    study.run(evaluate, n_trials=int(sys.argv[1]) if len(sys.argv) > 1 else 20, scheduler=Asha(max_resource=ROUNDS))
    print(study.front().to_frame().to_string())
