"""How well curves predict their ends: `python benchmarks/fidelity/predicted_ends.py [--yahpo FOLDER] [--diatoms FILE]`.

Random configurations of each problem are trained; some of them to the end, the others to an early step. Then
`predicted_ends.md` is written: how the predictions of `paretune.engine.curves` compare with the true ends. It takes
seconds.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from problems import OPEN_INSTANCES, LateObjective, LCBench
from scipy.stats import spearmanr

from paretune import Int, Objectives, Space, Trials
from paretune.engine.curves.expected_ends import ExpectedEnds
from paretune.trials import Curves

PAGE = Path(__file__).parent / "predicted_ends.md"
N_CONFIGURATIONS, N_REPEATS, N_OPEN = 200, 20, 60
NUMBERS_ENDED, SHARES = (8, 16, 32), (0.04, 0.12, 0.35)  # of the steps of a whole training

INTRODUCTION = """# What early steps say of the end

`predicted_ends.py` wrote this page. Random configurations; some were trained to the end, 60 others to an early step.
For the objective that is learned slowly: the rank correlation (Spearman) of the expected with the true final losses;
the root of the mean squared error, in standard deviations of the final losses; and the root mean square of the errors
in standard errors, of the expected losses and of what a curve measures by itself, which is what the models learn from.
Means over 20 draws; nothing where a curve measures nothing in most of them. `diatoms` are 99 real trainings, in which
good ones are more frequent than in a random search.

**Rule, written before the first run.** Standard errors are honest if the last two columns are between 0.7 and 1.3 with
16 ended trials and more.

| problem | step | ended | rank correlation | error | in standard errors | measured |
| --- | --- | --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Compare the predictions with the ends, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--yahpo", type=Path, help="folder of YAHPO's data; needs onnxruntime")
    parser.add_argument("--diatoms", type=Path, help="file of real curves, one JSON object a line")
    options = parser.parse_args()
    rows = []
    for name, curves, objectives in _problems(options.yahpo, options.diatoms):
        n_steps = next(iter(curves[0].values())).size
        for step in (max(2, round(share * n_steps)) for share in SHARES):
            for n_ended in NUMBERS_ENDED:
                scores = [_compare(curves, objectives, step, n_ended, seed) for seed in range(N_REPEATS)]
                cells = " | ".join(map(_mean, np.transpose(scores)))
                rows.append(f"| {name} | {step} of {n_steps} | {n_ended} | {cells} |")
    PAGE.write_text(INTRODUCTION + "\n".join(rows) + "\n")


def _mean(scores: NDArray[np.float64]) -> str:
    """Return the mean over the draws in which a curve said something; nothing if that was rare."""
    known = scores[np.isfinite(scores)]
    return f"{known.mean():.2f}" if len(known) >= N_REPEATS // 4 else ""


def _problems(
    yahpo: Path | None, diatoms: Path | None
) -> Iterator[tuple[str, list[dict[str, NDArray[np.float64]]], Objectives]]:
    """Yield names, curves of configurations and objectives; the first objective is learned slowly."""
    problems: list[LateObjective | LCBench] = [LateObjective(0)]
    if yahpo is not None and importlib.util.find_spec("onnxruntime"):
        problems += [LCBench(yahpo, instance) for instance in OPEN_INSTANCES]
    for problem in problems:
        places = np.random.default_rng(5).random((N_CONFIGURATIONS, len(problem.space)))
        curves = [problem.curve(params, seed) for seed, params in enumerate(problem.space.decode(places))]
        yield problem.name, curves, problem.objectives
    if diatoms is not None:
        lines = [json.loads(line) for line in diatoms.read_text().splitlines()]
        curves = [{name: np.array(line[name]) for name in ("accuracy", "training_loss")} for line in lines]
        yield "diatoms", curves, LateObjective(0).objectives


def _compare(
    curves: list[dict[str, NDArray[np.float64]]], objectives: Objectives, step: int, n_ended: int, seed: int
) -> list[float]:
    """Return the four numbers of the table for one draw of trials."""
    objective = objectives[0]
    rng = np.random.default_rng([seed, step, n_ended])
    chosen = [curves[i] for i in rng.permutation(len(curves))[: n_ended + N_OPEN]]
    final = np.array([objective.sign * curve[objective.name][-1] for curve in chosen])
    n_steps = len(chosen[0][objective.name])
    lengths = [n_steps] * n_ended + [step] * (len(chosen) - n_ended)
    parts = [
        Curves(np.full(n, i), np.arange(1, n + 1), {name: values[:n] for name, values in curve.items()})
        for i, (curve, n) in enumerate(zip(chosen, lengths, strict=True))
    ]
    is_ended = np.arange(len(chosen)) < n_ended
    trials = Trials(
        Space({"number": Int(0, len(chosen))}),
        Objectives([objective]),
        tuple({"number": i} for i in range(len(chosen))),
        losses=np.where(is_ended, final, np.nan)[:, None],
        states=np.where(is_ended, "complete", "stopped").astype(object),
        curves=Curves.join(parts),
    )
    ends, true = ExpectedEnds.of(trials), final[n_ended:]
    expected, measured = ends.losses[n_ended:, 0], ends.measured[n_ended:, 0]
    scores = [
        _root_mean_square((values - true) / errors[n_ended:, 0])
        for values, errors in ((expected, ends.errors), (measured, ends.measured_errors))
    ]
    return [float(spearmanr(expected, true)[0]), _root_mean_square(expected - true) / float(final.std()), *scores]


def _root_mean_square(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))


if __name__ == "__main__":
    main()
