"""A workload: nets for images, of a user's folder or scikit-learn's digits, quality against what a net costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate
from paretune.objectives import Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.workloads.builtin.data import cache_folder
from paretune.workloads.builtin.images.compound_scaling import PUBLISHED, SEARCHED
from paretune.workloads.builtin.images.objectives import DEFAULT, choose_objectives
from paretune.workloads.builtin.images.problem import ImageProblem, fixed_coefficients, open_problem
from paretune.workloads.builtin.images.ranges import (
    COMPOUND,
    DOMAIN,
    FREE,
    LARGEST_BATCH,
    NETS,
    all_parameters,
    choose_nets,
    first_configurations,
    highest_multipliers,
    net_space,
)
from paretune.workloads.builtin.vision.choices import DEVICES
from paretune.workloads.workload import DataOrigin, Option, PreparedWorkload, Workload, fix_seed, seed_option

DESCRIPTION = """\
Give a folder with --data that has a folder of images for each class, or digits for those of scikit-learn. A fifth of \
the images is the test part: the search never sees it, and the report shows what each configuration of the front \
reaches there. Of the others, a fifth is to choose by, and the nets are trained with the rest.

The nets are plain and residual ones, MobileNets, residual ones with squeeze and excitation, and small ones. \
Multipliers make each wider, deeper, and its images larger. --set scaling=compound searches one number phi for the \
three, and with --set coefficients=searched also how depth, width and resolution share it.

paretune refit STUDY --save model.pt trains the best one on all images, and paretune predict model.pt FOLDER predicts \
the classes of the images in a folder."""
_PROBED_BATCH = 4096  # the largest batch that is tried on a GPU
_STEPS_PER_EPOCH = 4  # at least so many


def prepare(options: Mapping[str, Any], data_dir: Path | None) -> PreparedWorkload:
    """Read and split the images.

    Args:
        options: the options of `WORKLOAD`.
        data_dir: must be None, since ``data`` names the data.

    Raises:
        InvalidInputError: an option names something that does not exist.
        DataError: the images cannot be learned from.
    """
    problem = _open(options, data_dir)
    coefficients, objectives = fixed_coefficients(options), choose_objectives(options["objectives"])

    def make_evaluate(chosen: Objectives) -> Evaluate:
        from paretune.workloads.builtin.images.evaluation import ImageSettings, evaluate  # noqa: PLC0415 (PyTorch)

        settings = ImageSettings(problem, options["epochs"], options["repeats"], options["device"], coefficients)
        return fix_seed(partial(evaluate, settings=settings, objectives=chosen), options["seed"])

    origin = DataOrigin(problem.describe(), problem.images.sha256, problem.images.notice)
    save = partial(_make_save, problem, options)
    return PreparedWorkload(make_evaluate(objectives), origin, make_evaluate, make_save=save)


def tailor(options: Mapping[str, Any], data_dir: Path | None) -> Workload:
    """The workload with the nets, the scaling and the objectives that options name, and batches that fit."""
    problem, nets = _open(options, data_dir), choose_nets(options["nets"])
    objectives, coefficients = choose_objectives(options["objectives"]), fixed_coefficients(options)
    has_shares = options["scaling"] == COMPOUND and coefficients is None
    space = net_space(nets, options["scaling"], has_shares=has_shares)
    largest = options["max_batch"] if options["max_batch"] != "auto" else _largest_batch(problem, options, space)
    space = net_space(nets, options["scaling"], has_shares=has_shares, largest_batch=largest)
    return replace(WORKLOAD, space=space, objectives=objectives, first=first_configurations(space))


def _open(options: Mapping[str, Any], data_dir: Path | None) -> ImageProblem:
    if data_dir is not None:
        raise InvalidInputError("images takes its folder by --data: leave --data-dir out")
    return open_problem(options)


def _largest_batch(problem: ImageProblem, options: Mapping[str, Any], space: Space) -> int:
    """The largest batch of the search: at most a quarter of the training part; on a GPU, what fits its memory."""
    from paretune.workloads.builtin.images.nets import largest_shape  # noqa: PLC0415 (PyTorch)
    from paretune.workloads.builtin.vision.device import choose_device  # noqa: PLC0415

    limit, device = max(8, len(problem.split.training) // _STEPS_PER_EPOCH), choose_device(options["device"])
    if device.type == "cpu":
        return min(limit, LARGEST_BATCH)
    from paretune.workloads.builtin.images.batch_probe import remembered_batch  # noqa: PLC0415

    images, nets = problem.images, choose_nets(options["nets"])
    highest = highest_multipliers(space, fixed_coefficients(options))
    shape = largest_shape(nets, highest, images.side, images.n_channels, len(images.classes))
    return remembered_batch(shape, device, min(limit, _PROBED_BATCH), cache_folder())


def _make_save(problem: ImageProblem, options: Mapping[str, Any]) -> Callable[[Mapping[str, Any], int, Path], None]:
    return partial(_save, problem, options)


def _save(problem: ImageProblem, options: Mapping[str, Any], params: Mapping[str, Any], seed: int, path: Path) -> None:
    from paretune.workloads.builtin.images.evaluation import ImageSettings, train_on_all  # noqa: PLC0415 (PyTorch)
    from paretune.workloads.builtin.images.saved_model import save_model  # noqa: PLC0415

    settings = ImageSettings(problem, options["epochs"], 1, options["device"], fixed_coefficients(options))
    net, normalisation = train_on_all(params, settings, seed)
    save_model(path, net, settings.shape(params), normalisation, problem, params)


WORKLOAD = Workload(
    name="images",
    summary="a folder of images in classes, or scikit-learn's digits: which net, how large, and trained how (PyTorch)",
    space=all_parameters(),
    objectives=choose_objectives(DEFAULT),
    prepare=prepare,
    domain=DOMAIN,
    first=first_configurations(net_space(NETS, FREE)),
    tailor=tailor,
    last_step=lambda options: int(options["epochs"] * options["repeats"]),
    description=DESCRIPTION,
    options={
        "data": Option("", None, "a folder with a folder of images for each class, or digits"),
        "objectives": Option(
            DEFAULT,
            None,
            "two or more, with commas: accuracy, balanced_accuracy, log_loss, auc; latency, batch_latency, parameters, "
            "multiply_adds, training_time",
        ),
        "nets": Option(",".join(NETS), None, "which nets are searched, with commas; by default all"),
        "scaling": Option(
            FREE,
            Categorical((FREE, COMPOUND)),
            "free: width, depth and resolution; compound: one phi for the three",
        ),
        "coefficients": Option(
            PUBLISHED, None, f"of a compound scaling: alpha,beta,gamma with alpha beta^2 gamma^2 = 2, or {SEARCHED}"
        ),
        "epochs": Option(20, Int(1, 100_000), "passes over the training images"),
        "size": Option(
            "auto",
            Int(4, 1024),
            "pixels of a side at resolution 1; auto: the median shorter side, from 8 to 64",
            words=("auto",),
        ),
        "max_images": Option(10_000, Int(20, 100_000_000), "if there are more images, so many are drawn"),
        "max_batch": Option(
            "auto",
            Int(4, 100_000),
            f"largest batch that is searched; auto: {LARGEST_BATCH} on a CPU, what fits the memory of a GPU",
            words=("auto",),
        ),
        "test_share": Option(0.2, Float(0.01, 0.9), "share of the images in the test part, if the folder has none"),
        "device": Option("auto", Categorical(DEVICES), "auto: the first GPU that CUDA shows, else the CPU"),
        "repeats": Option(
            1, Int(1, 1_000), "trainings of each configuration, with seeds seed, seed + 1, ...; their mean counts"
        ),
        "seed": seed_option("of initial weights, shuffling and augmentation"),
    },
)
