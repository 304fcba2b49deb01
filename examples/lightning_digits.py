"""A net in PyTorch Lightning: accuracy against the number of weights, with hopeless trainings stopped early.

It needs Lightning: ``pip install lightning``. Run it: ``python lightning_digits.py``, or with another total:
``python lightning_digits.py 50``. Run it again to go on.
"""

import logging
import sys

import lightning
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from paretune import Float, Int, Maximize, Minimize, Study
from paretune.adapters.callbacks import LightningCallback
from paretune.schedulers import Asha

EPOCHS = 9
images, labels = load_digits(return_X_y=True)
data = TensorDataset(torch.tensor(images / 16, dtype=torch.float32), torch.tensor(labels))
train_data, test_data = torch.utils.data.random_split(data, [0.7, 0.3], torch.Generator().manual_seed(0))


class Net(lightning.LightningModule):
    def __init__(self, params):
        super().__init__()
        width = params["width"]
        self.rate = params["rate"]
        self.layers = nn.Sequential(
            nn.Linear(64, width), nn.ReLU(), nn.Dropout(params["dropout"]), nn.Linear(width, 10)
        )

    def training_step(self, batch, _):
        return nn.functional.cross_entropy(self.layers(batch[0]), batch[1])

    def validation_step(self, batch, _):
        is_right = self.layers(batch[0]).argmax(1) == batch[1]
        self.log("accuracy", is_right.float().mean())

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.rate)


def evaluate(params, report, seed):
    lightning.seed_everything(seed, verbose=False)
    net = Net(params)
    weights = sum(weight.numel() for weight in net.parameters())
    report(0, {"weights": weights})  # known before the training: it counts from the start
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_epochs=EPOCHS,
        callbacks=[LightningCallback(report)],
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
        enable_progress_bar=False,
    )
    trainer.fit(net, DataLoader(train_data, 64, shuffle=True), DataLoader(test_data, 256))
    return {"accuracy": trainer.callback_metrics["accuracy"].item(), "weights": weights}


if __name__ == "__main__":
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    study = Study(
        {"width": Int(4, 256, log=True), "dropout": Float(0, 0.5), "rate": Float(1e-4, 1e-1, log=True)},
        [Maximize("accuracy"), Minimize("weights")],
        storage="examples.db",
        name="lightning-digits",
    )
    study.run(evaluate, n_trials=int(sys.argv[1]) if len(sys.argv) > 1 else 20, scheduler=Asha(max_resource=EPOCHS))
    print(study.front().to_frame().to_string())
