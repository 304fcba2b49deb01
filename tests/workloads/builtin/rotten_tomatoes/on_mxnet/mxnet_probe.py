"""A program for MXNet's environment, run by `test_training.py`: steps and metrics from given weights and batches.

Arguments: the folder of the training script, an archive with a case's weights and batches, the archive to write.
"""

import json
import sys

import mxnet as mx
import numpy as np

sys.path.insert(0, sys.argv[1])
import training


def steps(case, params):
    """Losses of steps from given weights; the gradients of the first; the weights after the last."""
    tokens, labels = case["tokens"], case["labels"]
    net = training.Training(params, int(case["n_words"]), tokens.shape[-1])
    for name, weight in net.weights.items():
        weight[:] = case[f"weight_{name}"]
    losses, gradients = [], {}
    for t, y in zip(tokens, labels):  # noqa: B905 (this file runs on Python 3.10 as well, and needs no check)
        losses.append(net.step(mx.nd.array(t), mx.nd.array(y), params["learning_rate"]))
        gradients = gradients or {f"gradient_{name}": g.asnumpy() for name, g in net.gradients.items()}
    moved = {f"weight_{name}": weight.asnumpy() for name, weight in net.weights.items()}
    right = net.is_correct(mx.nd.array(tokens[0]), mx.nd.array(labels[0]))
    return {"losses": losses, "right": right, **gradients, **moved}


def last_loss(case, params):
    """The mean loss of the last epoch, where each epoch has the rate that is given for it."""
    net = training.Training(params, int(case["n_words"]), case["dev_tokens"].shape[1])
    for rate in case["rates"].tolist():
        pairs = training.batches(case["training_tokens"], case["training_labels"], params["batch_size"])
        losses = [net.step(*pair, rate) for pair in pairs]
    return np.mean(losses)


def main():
    """Compute what the case asks for."""
    with np.load(sys.argv[2]) as archive:
        case = dict(archive)
    configurations = json.loads(str(case["configurations"]))
    if "tokens" in case:
        found = {f"{i}_{k}": v for i, params in enumerate(configurations) for k, v in steps(case, params).items()}
    else:
        found = {"last_loss": last_loss(case, configurations[0])} if "rates" in case else {}
        found |= {"metrics": json.dumps([training.train(params, case) for params in configurations])}
    np.savez(sys.argv[3], **found)


main()
