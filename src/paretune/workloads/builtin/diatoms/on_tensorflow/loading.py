"""The import of TensorFlow: when it is first needed, as the backend of Keras, and without its log output."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType

from paretune.errors import InvalidInputError, pip_line

_ENVIRONMENT = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # a training shares its GPU with the engine's models
}


def is_installed() -> bool:
    """Whether TensorFlow and Keras are installed."""
    return find_spec("tensorflow") is not None and find_spec("keras") is not None


def require_tensorflow() -> None:
    """Check that TensorFlow can be imported, without importing it.

    Raises:
        InvalidInputError: it is not installed, or Keras already runs on another backend.
    """
    if not is_installed():
        raise InvalidInputError(
            f"framework=tensorflow needs TensorFlow: {pip_line('tensorflow')}, or set framework=torch"
        )
    if "keras" in sys.modules and sys.modules["keras"].backend.backend() != "tensorflow":
        raise InvalidInputError(
            "diatoms needs Keras on TensorFlow: set KERAS_BACKEND=tensorflow before Keras is imported"
        )


def import_with_tensorflow(name: str) -> ModuleType:
    """Import a module that imports TensorFlow."""
    if name not in sys.modules:
        os.environ.update(_ENVIRONMENT)
        with _silent_stderr():
            importlib.import_module(name)
        logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns of each trial's new graph
    return sys.modules[name]


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """Redirect the file descriptor: TensorFlow writes to it before its log level has an effect."""
    stderr = os.dup(2)
    try:
        with open(os.devnull, "w") as null:  # noqa: PTH123 (a device, not a path)
            os.dup2(null.fileno(), 2)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
