"""Tests of the callback for the Trainer of Transformers.

They are not among the development packages: ``pip install transformers accelerate``.
"""

import pytest
import torch

from adapters.callbacks.training_checks import N_STEPS, check_all, check_example, reports_of
from paretune.errors import InvalidInputError

pytestmark = [pytest.mark.end_to_end, pytest.mark.filterwarnings("default")]  # those of Transformers
transformers = pytest.importorskip("transformers", reason="Transformers is not installed")
pytest.importorskip("accelerate", reason="Accelerate is not installed, which the Trainer needs")
ROWS = [{"x": torch.tensor([i / 20]), "labels": torch.tensor([i / 20])} for i in range(20)]


class Line(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)

    def forward(self, x, labels):
        predicted = self.layer(x)
        return {"loss": torch.nn.functional.mse_loss(predicted, labels), "logits": predicted}


def fit(report, folder, **options):
    from paretune.adapters.callbacks import TransformersCallback

    arguments = transformers.TrainingArguments(
        str(folder),
        num_train_epochs=N_STEPS,
        per_device_train_batch_size=10,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        use_cpu=True,
        **options,
    )
    callbacks = [TransformersCallback(report)]
    trainer = transformers.Trainer(Line(), arguments, train_dataset=ROWS, eval_dataset=ROWS, callbacks=callbacks)
    trainer.train()
    trainer.evaluate()  # not a step of the training


def test_transformers_reports_each_epoch_and_stops(tmp_path):
    def train(report):
        fit(report, tmp_path, eval_strategy="epoch", logging_strategy="epoch")

    check_all(train, "eval_loss")
    assert "loss" in reports_of(train)[1]


def test_transformers_step_is_the_optimizer_step_where_it_evaluates_by_steps(tmp_path):
    assert list(reports_of(lambda report: fit(report, tmp_path, eval_strategy="steps", eval_steps=4), 8)) == [4, 8]


def test_transformers_training_that_never_evaluates_gives_one_clear_line(tmp_path):
    with pytest.raises(InvalidInputError, match="reports at each evaluation, but the Trainer never evaluates"):
        fit(lambda _step, _metrics: True, tmp_path)


def test_example_of_the_page_runs_with_transformers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # for its checkpoints
    check_example("TransformersCallback", model=Line(), rows=ROWS)
