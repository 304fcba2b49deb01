"""How does a step cost one launch? On an NVIDIA GPU it is recorded as a CUDA graph, and played from then on."""

from __future__ import annotations

from collections.abc import Callable

import torch


def recorded(
    call: Callable[[], object], device: torch.device, generator: torch.Generator | None = None
) -> Callable[[], object]:
    """A call that is made many times, as fast as its device allows.

    The many small kernels of a small net's step take a GPU less time than Python takes to launch them. So the first
    call is made as it is, which also sets up what CUDA's libraries need, and what it would launch is recorded; each
    further call plays the record, in one launch.

    Args:
        call: it reads and writes tensors that keep their places and shapes, moves none from or to the device, and never
            waits for it. What it returns is lost.
        device: where its tensors lie; on a CPU the call stays what it is.
        generator: the one that it draws from, if it draws.

    Example:
        >>> total = torch.zeros(())
        >>> add = recorded(lambda: total.add_(1), torch.device("cpu"))
        >>> for _ in range(3):
        ...     _ = add()
        >>> float(total)
        3.0
    """
    return call if device.type == "cpu" else _Recorded(call, device, generator)


class _Recorded:
    def __init__(self, call: Callable[[], object], device: torch.device, generator: torch.Generator | None) -> None:
        self._call, self._device, self._generator = call, device, generator
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self) -> None:
        if self._graph is None:
            self._make()
            self._graph = self._record()
        else:
            self._graph.replay()

    def _make(self) -> None:
        """In a stream of its own, as a record is: libraries keep what they need by stream."""
        here, aside = torch.cuda.current_stream(self._device), torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
        aside.wait_stream(here)
        with torch.cuda.stream(aside):
            self._call()
        here.wait_stream(aside)

    def _record(self) -> torch.cuda.CUDAGraph:
        graph = torch.cuda.CUDAGraph()
        if self._generator is not None:
            graph.register_generator_state(self._generator)
        with torch.cuda.graph(graph):
            self._call()
        return graph
