"""The net on PyTorch: on a CPU, or the NVIDIA GPU that CUDA shows first."""
