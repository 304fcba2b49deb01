"""Tests of the callback for PyTorch Lightning. It is not among the development packages: ``pip install lightning``."""

import pytest
import torch

from adapters.callbacks.training_checks import N_STEPS, check_all, check_example

pytestmark = [pytest.mark.end_to_end, pytest.mark.filterwarnings("default")]  # those of Lightning
lightning = pytest.importorskip("lightning.pytorch", reason="Lightning is not installed")
LOADER = torch.utils.data.DataLoader(torch.linspace(0, 1, 20).reshape(-1, 1), batch_size=10)


class Line(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)

    def training_step(self, batch, _index):
        loss = torch.nn.functional.mse_loss(self.layer(batch), batch)
        self.log("loss", loss)
        self.log("step", 1.0)  # a reserved name of ours, and common in Lightning
        return loss

    def validation_step(self, batch, _index):
        self.log("val_loss", torch.nn.functional.mse_loss(self.layer(batch), batch))

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), 0.1)


def test_lightning_reports_each_epoch_and_stops():
    from paretune.adapters.callbacks import LightningCallback

    def train(report):
        trainer = lightning.Trainer(
            accelerator="cpu",
            callbacks=[LightningCallback(report)],
            enable_checkpointing=False,
            enable_model_summary=False,
            enable_progress_bar=False,
            logger=False,
            max_epochs=N_STEPS,
        )
        trainer.fit(Line(), LOADER, LOADER)

    check_all(train, "val_loss")


def test_example_of_the_page_runs_with_lightning(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # for its logs
    check_example("LightningCallback", module=Line(), train_loader=LOADER, val_loader=LOADER)
