"""Fine-tuning with Hugging Face Transformers in small: accuracy against the number of weights.

A tiny BERT is built on the spot, so nothing is downloaded; take ``from_pretrained`` and your own texts in its place. It
needs Transformers: ``pip install transformers accelerate``. Run it: ``python hugging_face.py``, or with another total:
``python hugging_face.py 50``. Run it again to go on.
"""

import random
import sys
import tempfile

import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments, set_seed

from paretune import Categorical, Float, Int, Maximize, Minimize, Study
from paretune.adapters.callbacks import TransformersCallback
from paretune.schedulers import Asha

EPOCHS = 6
WORDS, LENGTH = 60, 12


def make_texts(n, seed):
    """Sentences of numbered words; a sentence is positive if it has more words below 20 than from 20 to 39."""
    draw = random.Random(seed)
    rows = []
    for _ in range(n):
        words = [draw.randrange(WORDS) for _ in range(LENGTH)]
        label = int(sum(word < 20 for word in words) > sum(20 <= word < 40 for word in words))
        rows.append({"input_ids": torch.tensor(words), "labels": label})
    return rows


train_texts, test_texts = make_texts(400, seed=0), make_texts(200, seed=1)


def accuracy(predictions):
    return {"accuracy": float((predictions.predictions.argmax(-1) == predictions.label_ids).mean())}


def evaluate(params, report, seed):
    set_seed(seed)
    size = params["heads"] * params["head_size"]
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=WORDS,
            hidden_size=size,
            intermediate_size=2 * size,
            num_hidden_layers=params["layers"],
            num_attention_heads=params["heads"],
            max_position_embeddings=LENGTH,
        )
    )
    weights = model.num_parameters()
    report(0, {"weights": weights})  # known before the training: it counts from the start
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder,
            num_train_epochs=EPOCHS,
            learning_rate=params["rate"],
            per_device_train_batch_size=32,
            eval_strategy="epoch",
            logging_strategy="epoch",
            save_strategy="no",
            report_to="none",
            seed=seed,
            disable_tqdm=True,
            use_cpu=True,
        )
        trainer = Trainer(
            model,
            arguments,
            train_dataset=train_texts,
            eval_dataset=test_texts,
            compute_metrics=accuracy,
            callbacks=[TransformersCallback(report)],
        )
        trainer.train()
        return {"eval_accuracy": trainer.evaluate()["eval_accuracy"], "weights": weights}


if __name__ == "__main__":
    study = Study(
        {
            "layers": Int(1, 3),
            "heads": Categorical([1, 2, 4], ordered=True),
            "head_size": Int(4, 16, step=4),
            "rate": Float(1e-4, 1e-1, log=True),
        },
        [Maximize("eval_accuracy"), Minimize("weights")],
        storage="examples.db",
        name="hugging-face",
    )
    study.run(evaluate, n_trials=int(sys.argv[1]) if len(sys.argv) > 1 else 20, scheduler=Asha(max_resource=EPOCHS))
    print(study.front().to_frame().to_string())
