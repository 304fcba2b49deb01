"""A small net for tables: trained in PyTorch, with weights that are arrays of NumPy, as are its predictions."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

_BATCH = 64


class _Net(BaseEstimator, ABC):  # type: ignore[misc]
    """A perceptron with ReLU, trained by AdamW with a learning rate that falls to 0 as a cosine.

    Args:
        layers: number of hidden layers.
        width: units of each.
        rate: the first learning rate.
        decay: weight decay.
        dropout: share of the units that a training step leaves out.
        epochs: of a whole training.
        seed: of weights, dropout and shuffling.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (scikit-learn's form: one argument for each hyperparameter)
        self,
        layers: int = 1,
        width: int = 64,
        rate: float = 3e-3,
        decay: float = 1e-4,
        dropout: float = 0.0,
        epochs: int = 30,
        seed: int = 0,
    ) -> None:
        self.layers, self.width, self.rate, self.decay = layers, width, rate, decay
        self.dropout, self.epochs, self.seed = dropout, epochs, seed

    _training: tuple[Any, Any, int, Any]  # the net, its optimizer, the epochs that are done, and the shuffling

    def fit(self, X: NDArray[Any], y: NDArray[Any]) -> Self:
        """Train for all epochs."""
        return self.train_until(self.epochs, X, y)

    def train_until(self, epoch: int, X: NDArray[Any], y: NDArray[Any]) -> Self:
        """Train up to an epoch, from where the training is."""
        import torch  # noqa: PLC0415 (a saved model predicts without it)

        if not hasattr(self, "_training"):
            self._begin(X, y)
        net, optimizer, done, generator = self._training
        inputs = torch.as_tensor(np.asarray(X, dtype=np.float32))
        targets = self._targets(y)
        loss_of = torch.nn.functional.cross_entropy if self._is_classifier else torch.nn.functional.mse_loss
        weights = list(net.parameters())
        with torch.random.fork_rng(devices=[]):
            for now in range(done, epoch):
                torch.manual_seed(self.seed + 1000 * (now + 1))  # of the dropout
                rate = self.rate * 0.5 * (1 + math.cos(math.pi * now / self.epochs))
                order = generator.permutation(len(inputs))
                for rows in (order[i : i + _BATCH] for i in range(0, len(order), _BATCH)):
                    loss = loss_of(net(inputs[rows]), targets[rows])
                    optimizer.apply(torch.autograd.grad(loss, weights), rate)
        self._training = net, optimizer, epoch, generator
        linear = [layer for layer in net if isinstance(layer, torch.nn.Linear)]
        self.weights_ = [layer.weight.detach().numpy().T.copy() for layer in linear]
        self.biases_ = [layer.bias.detach().numpy().copy() for layer in linear]
        return self

    def __getstate__(self) -> dict[str, Any]:
        """All but the state of the training."""
        return {name: value for name, value in super().__getstate__().items() if name != "_training"}

    _is_classifier = True

    def _begin(self, X: NDArray[Any], y: NDArray[Any]) -> None:
        import torch  # noqa: PLC0415

        from paretune.workloads.builtin.tabular.adamw import AdamW  # noqa: PLC0415

        n_outputs = self._prepare(y)
        sizes = [X.shape[1], *[self.width] * self.layers, n_outputs]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            layers: list[Any] = []
            for before, after in pairwise(sizes[:-1]):
                layers += [torch.nn.Linear(before, after), torch.nn.ReLU(), torch.nn.Dropout(self.dropout)]
            net = torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-2], sizes[-1]))
        optimizer = AdamW(list(net.parameters()), self.decay)
        self._training = net, optimizer, 0, np.random.default_rng(self.seed)

    @abstractmethod
    def _prepare(self, y: NDArray[Any]) -> int:
        """Learn what the targets are; return the number of outputs."""

    @abstractmethod
    def _targets(self, y: NDArray[Any]) -> Any:
        """Return the targets as a tensor."""

    def _outputs(self, X: NDArray[Any]) -> NDArray[Any]:
        hidden = np.asarray(X, dtype=np.float32)
        for weight, bias in zip(self.weights_[:-1], self.biases_[:-1], strict=True):
            hidden = np.maximum(hidden @ weight + bias, 0)
        return np.asarray(hidden @ self.weights_[-1] + self.biases_[-1])


class NetClassifier(ClassifierMixin, _Net):  # type: ignore[misc]
    """A net that predicts probabilities of the classes 0, 1, ..."""

    def _prepare(self, y: NDArray[Any]) -> int:
        self.classes_ = np.unique(y)
        return len(self.classes_)

    def _targets(self, y: NDArray[Any]) -> Any:
        import torch  # noqa: PLC0415

        return torch.as_tensor(np.searchsorted(self.classes_, y))

    def predict_proba(self, X: NDArray[Any]) -> NDArray[Any]:
        """Predict ``n x k`` probabilities."""
        outputs = self._outputs(X)
        shares = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def predict(self, X: NDArray[Any]) -> NDArray[Any]:
        """Predict ``n`` classes."""
        return np.asarray(self.classes_[self._outputs(X).argmax(axis=1)])


class NetRegressor(RegressorMixin, _Net):  # type: ignore[misc]
    """A net that predicts numbers, which are standardised for the training."""

    _is_classifier = False

    def _prepare(self, y: NDArray[Any]) -> int:
        self.mean_, self.scale_ = float(np.mean(y)), float(np.std(y)) or 1.0
        return 1

    def _targets(self, y: NDArray[Any]) -> Any:
        import torch  # noqa: PLC0415

        return torch.as_tensor(((y - self.mean_) / self.scale_).astype(np.float32)[:, None])

    def predict(self, X: NDArray[Any]) -> NDArray[Any]:
        """Predict ``n`` numbers."""
        return np.asarray(self._outputs(X)[:, 0] * self.scale_ + self.mean_)
