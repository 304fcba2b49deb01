"""Train the efficient configurations of the claim's sides again, with new seeds."""

from __future__ import annotations

from pathlib import Path

from paretune.app.refit import RefitRequest, open_refit
from paretune.app.run import run_study
from paretune.study import quiet_optuna_logging
from tenfold.archive import archive_studies, command_line, restore_studies
from tenfold.protocol import Scale


def retrain_efficient(scale: Scale, data_dir: Path | None) -> None:
    """Train the efficient configurations of both sides of the claim again, with the settings for it."""
    quiet_optuna_logging()
    restore_studies(scale, data_dir)
    for side in (*scale.sides_of("bayes"), *scale.sides_of("random")):
        request = RefitRequest(
            side.name,
            str(scale.storage),
            scale.n_retrained,
            scale.retrain_settings,
            data_dir=data_dir,
            command=command_line(),
        )
        refit = open_refit(request)
        run_study(refit.study, refit.set_up, refit.options)
        archive_studies(scale, [f"{side.name}-refit"])
