"""How does TensorFlow start? When first needed, on its own backend of Keras, and without its chatter."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType

from paretune.errors import InvalidInputError

_SETTINGS = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # a training shares its GPU with the engine's models
}


def is_installed() -> bool:
    """Whether there is a TensorFlow that could be started."""
    return find_spec("tensorflow") is not None and find_spec("keras") is not None


def require_tensorflow() -> None:
    """Check that TensorFlow can be started, without loading it.

    Raises:
        InvalidInputError: it is not installed, or Keras runs on another backend already.
    """
    if not is_installed():
        raise InvalidInputError(
            "framework=tensorflow needs TensorFlow: pip install 'paretune[tensorflow]', or set framework=torch"
        )
    if "keras" in sys.modules and sys.modules["keras"].backend.backend() != "tensorflow":
        raise InvalidInputError(
            "diatoms needs Keras on TensorFlow: set KERAS_BACKEND=tensorflow before Keras is imported"
        )


def load(name: str) -> ModuleType:
    """A module that needs TensorFlow, and with it TensorFlow."""
    if name not in sys.modules:
        os.environ.update(_SETTINGS)
        with _silent_stderr():
            importlib.import_module(name)
        logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it takes each trial's new graph for a mistake
    return sys.modules[name]


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """TensorFlow writes to the file descriptor itself, before any of its log levels holds."""
    kept = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123 (a device, not a path)
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
