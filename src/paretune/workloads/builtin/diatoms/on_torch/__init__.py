"""The net for diatoms on PyTorch: on a CPU, or on the first NVIDIA GPU that CUDA shows."""
