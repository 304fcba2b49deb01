"""A problem of a real, small training with twenty parameters: a convolutional net on scikit-learn's digits."""

from __future__ import annotations

import math
import warnings

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor, nn

from paretune import Categorical, Float, Int, Space
from paretune.space import Params
from problems.base import Losses, Problem

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU, "sigmoid": nn.Sigmoid}
SIDE, N_CLASSES = 8, 10
MAX_BATCH_NUMBERS = 2**18  # numbers that a batch may store for its gradient
warnings.filterwarnings("ignore", message="Using padding='same' with even kernel")  # only a cost in time
DIVERGED_ERROR = 0.8  # a training with a larger error has diverged


def digits_convolutions_crash() -> Problem:
    """A convolutional net that classifies digits, twenty parameters: error against multiply-adds.

    Fails if a batch does not fit into memory, or if training diverges.
    """
    X, y = load_digits(return_X_y=True)
    images = torch.tensor(X / 16.0, dtype=torch.float).reshape(-1, 1, SIDE, SIDE)
    train, test = train_test_split(np.arange(len(y)), test_size=0.4, random_state=0, stratify=y)
    split = (images[train], torch.tensor(y[train]), images[test], torch.tensor(y[test]))
    space = Space(
        {
            "convolutions": Int(1, 2),
            "filters1": Int(2, 32, log=True),
            "kernel1": Int(1, 5),
            "filters2": Int(2, 64, log=True, when={"convolutions": 2}),
            "kernel2": Int(1, 3, when={"convolutions": 2}),
            "pool": Categorical(["max", "mean", "none"]),
            "normalize": Categorical([False, True]),
            "units": Int(8, 256, log=True),
            "activation": Categorical(list(ACTIVATIONS)),
            "gain": Float(0.1, 4.0, log=True),
            "dropout": Float(0.0, 0.7),
            "noise": Float(0.0, 0.5),
            "smoothing": Float(0.0, 0.3),
            "optimizer": Categorical(["sgd", "adam", "rmsprop"]),
            "lr": Float(1e-5, 1.0, log=True),
            "momentum": Float(0.0, 0.99, when={"optimizer": "sgd"}),
            "decay": Float(1e-7, 1e-1, log=True),
            "clip": Float(0.1, 10.0, log=True),
            "batch": Int(8, 256, log=True),
            "schedule": Categorical(["constant", "cosine", "steps"]),
        }
    )
    return Problem(space, lambda params: _train_net(params, split), reference=(0.5, 6.0))


def _train_net(params: Params, split: tuple[Tensor, Tensor, Tensor, Tensor], n_epochs: int = 8) -> Losses | None:
    torch.manual_seed(0)
    X, y, X_test, y_test = split
    net, cost, n_stored = _net(params)
    if n_stored * params["batch"] > MAX_BATCH_NUMBERS:
        return None
    optimizer = _optimizer(params, net)
    steps = n_epochs * math.ceil(len(y) / params["batch"])
    schedule = {
        "constant": lambda step: 1.0,  # noqa: ARG005
        "cosine": lambda step: 0.5 * (1 + math.cos(math.pi * step / steps)),
        "steps": lambda step: 0.3 ** (3 * step // steps),
    }[params["schedule"]]
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)
    criterion = nn.CrossEntropyLoss(label_smoothing=params["smoothing"])
    for _ in range(n_epochs):
        for rows in torch.randperm(len(y)).split(params["batch"]):
            optimizer.zero_grad()
            loss = criterion(net(X[rows] + params["noise"] * torch.randn_like(X[rows])), y[rows])
            if not loss.isfinite():
                return None
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), params["clip"])
            optimizer.step()
            scheduler.step()
    net.eval()
    with torch.no_grad():
        error = float((net(X_test).argmax(dim=1) != y_test).double().mean())
    return None if error > DIVERGED_ERROR else [error, math.log10(cost)]


def _net(params: Params) -> tuple[nn.Module, int, int]:
    """Return the net, its multiply-adds, and the count of numbers that it stores for the gradient of one image."""
    layers: list[nn.Module] = []
    channels, side, cost, n_stored = 1, SIDE, 0, 0
    for filters, kernel in [("filters1", "kernel1"), ("filters2", "kernel2")][: params["convolutions"]]:
        layers.append(nn.Conv2d(channels, params[filters], params[kernel], padding="same"))
        cost += channels * params[filters] * params[kernel] ** 2 * side**2
        channels = params[filters]
        n_stored += 2 * channels * side**2
        layers += [nn.BatchNorm2d(channels)] if params["normalize"] else []
        layers.append(ACTIVATIONS[params["activation"]]())
        if params["pool"] != "none":
            layers.append(nn.MaxPool2d(2) if params["pool"] == "max" else nn.AvgPool2d(2))
            side //= 2
    inputs, units = channels * side**2, params["units"]
    layers += [nn.Flatten(), nn.Dropout(params["dropout"]), nn.Linear(inputs, units)]
    layers += [ACTIVATIONS[params["activation"]](), nn.Linear(units, N_CLASSES)]
    net = nn.Sequential(*layers)
    with torch.no_grad():
        for weights in (w for w in net.parameters() if w.dim() > 1):
            weights.mul_(params["gain"])
    return net, cost + inputs * units + units * N_CLASSES, n_stored + inputs + 2 * units


def _optimizer(params: Params, net: nn.Module) -> torch.optim.Optimizer:
    shared = {"lr": params["lr"], "weight_decay": params["decay"]}
    if params["optimizer"] == "sgd":
        return torch.optim.SGD(net.parameters(), momentum=params["momentum"], **shared)
    return {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}[params["optimizer"]](net.parameters(), **shared)
