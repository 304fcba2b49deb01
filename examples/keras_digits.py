"""A dense net in Keras: accuracy against the number of weights, with hopeless trainings stopped early.

Run it: ``python keras_digits.py``, or with another total: ``python keras_digits.py 50``. Run it again to go on.
"""

import sys

import keras
from sklearn.datasets import load_digits

from paretune import Categorical, Float, Int, Maximize, Minimize, Study
from paretune.adapters.callbacks import KerasCallback
from paretune.schedulers import Asha

EPOCHS = 9
images, labels = load_digits(return_X_y=True)
images = images / 16


def evaluate(params, report, seed):
    keras.utils.set_random_seed(seed)
    hidden = [keras.layers.Dense(params["width"], params["activation"]) for _ in range(params["layers"])]
    model = keras.Sequential([keras.layers.Input((64,)), *hidden, keras.layers.Dense(10)])
    model.compile(
        keras.optimizers.Adam(params["rate"]),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    weights = model.count_params()
    report(0, {"weights": weights})  # known before the training: it counts from the start
    history = model.fit(
        images,
        labels,
        batch_size=128,
        epochs=EPOCHS,
        validation_split=0.3,
        verbose=0,
        callbacks=[KerasCallback(report)],
    )
    return {"val_accuracy": history.history["val_accuracy"][-1], "weights": weights}


if __name__ == "__main__":
    study = Study(
        {
            "layers": Int(1, 3),
            "width": Int(4, 128, log=True),
            "activation": Categorical(["relu", "gelu", "tanh"]),
            "rate": Float(1e-4, 1e-1, log=True),
        },
        [Maximize("val_accuracy"), Minimize("weights")],
        storage="examples.db",
        name="keras-digits",
    )
    study.run(evaluate, n_trials=int(sys.argv[1]) if len(sys.argv) > 1 else 20, scheduler=Asha(max_resource=EPOCHS))
    print(study.front().to_frame().to_string())
