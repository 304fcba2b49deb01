"""The net for film reviews on PyTorch: on a CPU, or on the first NVIDIA GPU that CUDA shows."""
