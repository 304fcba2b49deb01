"""The small net: it learns, goes on exactly, and predicts as PyTorch does. Covers `adamw`, too."""

import pickle

import numpy as np
import pytest
import torch

from paretune.workloads.builtin.tabular.adamw import AdamW
from paretune.workloads.builtin.tabular.net import NetClassifier, NetRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 3))


def test_net_learns_classes_and_numbers():
    y = (X[:, 0] > 0).astype(int)
    net = NetClassifier(width=16, rate=0.02, epochs=15).fit(X, y)
    assert np.mean(net.predict(X) == y) > 0.9
    assert net.predict_proba(X).sum(axis=1) == pytest.approx(np.ones(150))
    numbers = 10 + 3 * X[:, 1]
    assert NetRegressor(width=16, rate=0.02, epochs=30).fit(X, numbers).score(X, numbers) > 0.8


def test_training_in_parts_is_the_training_in_one():
    y = (X[:, 0] > 0).astype(int)
    whole = NetClassifier(dropout=0.3, epochs=4).fit(X, y)
    parts = NetClassifier(dropout=0.3, epochs=4).train_until(1, X, y).train_until(4, X, y)
    np.testing.assert_array_equal(whole.predict_proba(X), parts.predict_proba(X))


def test_predictions_are_those_of_the_net_in_pytorch():
    y = (X[:, 0] > 0).astype(int)
    net = NetClassifier(layers=2, epochs=2).fit(X, y)
    inner = net._training[0].eval()
    with torch.no_grad():
        expected = inner(torch.as_tensor(X, dtype=torch.float32)).softmax(dim=1).numpy()
    np.testing.assert_allclose(net.predict_proba(X), expected, rtol=1e-4, atol=1e-6)
    copied = pickle.loads(pickle.dumps(net))  # noqa: S301 (our own)
    np.testing.assert_array_equal(copied.predict(X), net.predict(X))
    assert not hasattr(copied, "_training")


@pytest.mark.end_to_end  # loading PyTorch's optimizers takes seconds
def test_adamw_is_that_of_pytorch():
    ours, theirs = (torch.tensor([1.0, -2.0, 3.0], requires_grad=True) for _ in range(2))
    adam = AdamW([ours], decay=0.1)
    reference = torch.optim.AdamW([theirs], lr=0.01, weight_decay=0.1)
    for _ in range(5):
        adam.apply(torch.autograd.grad((ours**2).sum(), [ours]), 0.01)
        reference.zero_grad()
        (theirs**2).sum().backward()
        reference.step()
    torch.testing.assert_close(ours, theirs)
