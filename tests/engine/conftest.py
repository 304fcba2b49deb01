"""Models are fitted on one thread, as the engine fits them."""

from torch_threads import one_thread

__all__ = ["one_thread"]
