"""The classifier's probabilities are nearly those of the exact posterior."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import Kernel

import oracles
from paretune.engine.models.classifier import MEAN_VARIANCE, Classifier, ExpectationPropagation

IS_NOMINAL = torch.tensor([False, False, True])
LOGISTIC = 1.7  # a logistic function's argument is about so much of a probit's


def places(n, seed):
    """Return places of two ordered parameters and a choice of three."""
    rng = np.random.default_rng(seed)
    return torch.tensor(np.column_stack([rng.random((n, 2)), rng.integers(3, size=n)]))


def labelled(n, share, seed=0):
    """Return places, and which of them succeeded: those on one side of a border."""
    X = places(n, seed)
    return X, (X[:, 0] + 0.3 * X[:, 2]).argsort().argsort() < share * n


OTHERS = places(80, seed=1)


def latent(classifier, A, B):
    """Return the latent covariance with the classifier's own hyperparameters."""
    kernel = classifier._kernel
    K = oracles.mixed_kernel(
        A.numpy(), B.numpy(), IS_NOMINAL.tolist(), kernel.lengthscale[0].tolist(), kernel.weight.item()
    )
    return classifier._scale * K + MEAN_VARIANCE


def evidence_of(K, succeeded):
    return ExpectationPropagation(torch.tensor(K), torch.tensor(np.where(succeeded, 1.0, -1.0))).log_evidence


# Compared with the exact posterior


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_probabilities_are_nearly_those_of_exact_posterior(share):
    X, succeeded = labelled(10, share)
    classifier = Classifier(X, succeeded, IS_NOMINAL)
    some = OTHERS[:2]
    exact = [
        oracles.probit_probability(latent(classifier, together, together), succeeded.tolist())
        for together in (torch.cat([X, place[None]]) for place in some)
    ]
    np.testing.assert_allclose(classifier(some), exact, atol=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_evidence_is_nearly_the_probability_of_labels(seed):
    rng = np.random.default_rng(seed)
    half = rng.normal(size=(12, 12))
    K, succeeded = half @ half.T + 0.1 * np.eye(12), rng.normal(size=12) > 0
    assert evidence_of(K, succeeded) == pytest.approx(oracles.probit_evidence(K, succeeded), abs=0.02)


@pytest.mark.parametrize(("n_succeeded", "n_failed"), [(1, 0), (1, 1), (20, 1), (100, 3), (299, 1)])
def test_evidence_of_one_place_tried_many_times_is_nearly_exact(n_succeeded, n_failed):
    variance = 9.0
    exact, _ = quad(
        lambda f: math.exp(n_succeeded * norm.logcdf(f) + n_failed * norm.logcdf(-f)) * norm.pdf(f, 0, variance**0.5),
        -20,
        20,
        points=[0, 1, 2, 3],
    )
    succeeded = np.arange(n_succeeded + n_failed) < n_succeeded
    K = np.full((len(succeeded), len(succeeded)), variance)
    assert evidence_of(K, succeeded) == pytest.approx(math.log(exact), abs=0.05)


def test_expectation_propagation_converges_for_many_successes_at_one_place():
    """All sites are updated at once, so that together they move too far."""
    found = evidence_of(np.full((300, 300), 149.0), np.ones(300, bool))
    assert -2.0 < found < 0.0


# Compared with scikit-learn


class OurKernel(Kernel):
    """A fitted classifier's latent covariance as scikit-learn takes one, for a logistic link."""

    def __init__(self, classifier):
        self.classifier = classifier

    def __call__(self, A, B=None):
        return LOGISTIC**2 * latent(self.classifier, torch.tensor(A), torch.tensor(A if B is None else B))

    def diag(self, A):
        return np.diag(self(A))

    def is_stationary(self):
        return False


def of_scikit_learn(classifier, X, succeeded):
    """Return the probabilities of Laplace's approximation with the same kernel."""
    theirs = GaussianProcessClassifier(OurKernel(classifier), optimizer=None, copy_X_train=False)
    return theirs.fit(X.numpy(), succeeded.numpy()).predict_proba(OTHERS.numpy())[:, 1]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_probabilities_agree_with_scikit_learn_and_are_more_certain(share):
    X, succeeded = labelled(30, share)
    classifier = Classifier(X, succeeded, IS_NOMINAL)
    ours, theirs = classifier(OTHERS).numpy(), of_scikit_learn(classifier, X, succeeded)
    np.testing.assert_allclose(ours, theirs, atol=0.2)
    is_clear = np.abs(theirs - 0.5) > 0.1
    assert ((ours > 0.5) == (theirs > 0.5))[is_clear].all()
    assert np.abs(ours - 0.5).mean() > np.abs(theirs - 0.5).mean()


# Alone


def test_probability_of_failure_is_one_minus_that_of_success():
    X, succeeded = labelled(30, 0.4)
    one, other = Classifier(X, succeeded, IS_NOMINAL), Classifier(X, ~succeeded, IS_NOMINAL)
    np.testing.assert_allclose(one(OTHERS), 1 - other(OTHERS), atol=1e-3)


def test_start_of_sites_does_not_change_the_result():
    X, succeeded = labelled(30, 0.4)
    K = torch.tensor(latent(Classifier(X, succeeded, IS_NOMINAL), X, X))
    labels = torch.where(succeeded, 1.0, -1.0).double()
    first, other = ExpectationPropagation(K, labels), ExpectationPropagation(0.2 * K, labels)
    again = ExpectationPropagation(K, labels, other.precisions, other.shifts)
    assert again.log_evidence == pytest.approx(first.log_evidence, abs=1e-4)
    np.testing.assert_allclose(again.weights, first.weights, atol=0.01)


def test_matrix_that_is_no_covariance_is_an_error():
    with pytest.raises(torch.linalg.LinAlgError):
        evidence_of(-9.0 * np.ones((9, 9)), np.arange(9) < 4)
