"""`paretune run architecture`: shared weights first, then the trials that they propose."""

import json

import pytest

pytestmark = pytest.mark.end_to_end
SETTINGS = {
    "supernet_epochs": 2,
    "candidates": 6,
    "epochs": 1,
    "width": 1,
    "cells": 1,
    "proposals": 3,
    "batch_size": 256,
    "cost": "multiply_adds",
}
RUN = ["run", "architecture", "--method", "one-shot", *(f"--set={name}={value}" for name, value in SETTINGS.items())]


def test_budget_that_shared_weights_spend_alone_is_refused(paretune):
    code, _, error = paretune(*RUN, "--no-report", "--budget", "epochs=2")
    assert code
    assert "the search before the first trial takes 2 epochs, and the budget is 2: give a larger one" in error


def test_run_trains_what_shared_weights_propose_and_reports_the_test_part(paretune, in_an_empty_folder):
    code, _, error = paretune(*RUN, "--budget", "epochs=5")
    assert code == 0
    assert "one-shot proposes 3 trials after 2 epochs" in error
    assert "2 of the budget of 5 epochs went into the search before the first trial" in error
    folder = in_an_empty_folder / "architecture-report"
    content = json.loads((folder / "report.json").read_text())
    assert content["counts"][0]["complete"] == 3
    assert "6 architectures were ranked" in content["origin"][0]["before the first trial"]
    assert "as the test part" in content["origin"][0]["data"]
    assert "test accuracy" in (folder / "report.md").read_text()
    code, _, error = paretune(*RUN, "--no-report")  # nothing is searched or trained again
    assert (code, "already has 3 trials" in error) == (0, True)
