"""The names of augmentations and schedules, for the space of a workload that does not load PyTorch."""

AUGMENTATIONS = ("none", "shift", "shift_flip", "shift_erase")  # see `augmentation.augment`
SCHEDULES = ("constant", "step", "linear", "cosine")  # see `sgd.rate_factor`
DEVICES = ("auto", "cpu", "cuda")  # see `device.choose_device`
