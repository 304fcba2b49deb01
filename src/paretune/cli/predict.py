"""`paretune predict`: predict the rows of a table, or images, by a saved model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paretune.cli import options


def predict(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="The file that `paretune refit --save` wrote.")],
    data: Annotated[str, typer.Argument(metavar="DATA", help="A table, or a folder of images.")],
    probabilities: Annotated[
        bool, typer.Option("--probabilities", help="The probability of each class, in a column of its name.")
    ] = False,
    output: Annotated[
        options.OptionalPath,
        typer.Option("-o", "--output", metavar="FILE", help="A CSV file. Standard output by default."),
    ] = None,
) -> None:
    """Predict the rows of a table, or images, by a saved model, and write CSV.

    For a table it has one line for each row, in the same order; for images each line begins with the file.

    A file of a stranger is safe: only the types that such models consist of are loaded.
    """
    from paretune.app.predict import predict_data

    text = predict_data(model, data, probabilities=probabilities).to_csv(index=False, lineterminator="\n")
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
