"""CUDA graphs: a function with many small kernels is recorded once and then replayed in one launch."""

from __future__ import annotations

from collections.abc import Callable

import torch


def record_cuda_graph(
    call: Callable[[], object], device: torch.device, generator: torch.Generator | None = None
) -> Callable[[], object]:
    """Record a function as a CUDA graph at its first call, and replay the graph at each further call.

    Python needs more time to launch the many small kernels of a small net than the GPU needs to run them. The first
    call runs the function as it is, which also initializes CUDA's libraries, and records it. Each further call replays
    the graph in one launch.

    Args:
        call: the function. It must read and write tensors that keep their memory and shapes, must not copy from or to
            the device, and must not wait for the device. Its return value is ignored.
        device: of the tensors; on a CPU the function is returned unchanged.
        generator: the random generator that the function uses, if it uses one.

    Example:
        >>> total = torch.zeros(())
        >>> add = record_cuda_graph(lambda: total.add_(1), torch.device("cpu"))
        >>> for _ in range(3):
        ...     _ = add()
        >>> float(total)
        3.0
    """
    return call if device.type == "cpu" else _RecordedCall(call, device, generator)


class _RecordedCall:
    def __init__(self, call: Callable[[], object], device: torch.device, generator: torch.Generator | None) -> None:
        self._call, self._device, self._generator = call, device, generator
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self) -> None:
        if self._graph is None:
            self._run_in_side_stream()
            self._graph = self._record()
        else:
            self._graph.replay()

    def _run_in_side_stream(self) -> None:
        """Run in a stream of its own, as a recording does: CUDA's libraries keep their state by stream."""
        current, side = torch.cuda.current_stream(self._device), torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
        side.wait_stream(current)
        with torch.cuda.stream(side):
            self._call()
        current.wait_stream(side)

    def _record(self) -> torch.cuda.CUDAGraph:
        graph = torch.cuda.CUDAGraph()
        if self._generator is not None:
            graph.register_generator_state(self._generator)
        with torch.cuda.graph(graph):
            self._call()
        return graph
