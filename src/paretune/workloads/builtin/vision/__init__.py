"""What workloads of images share: reading, splitting, training in epochs with checkpoints, and the costs of a net."""
