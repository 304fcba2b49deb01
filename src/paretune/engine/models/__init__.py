"""Models of what trials report: Gaussian processes for objectives and limits, a classifier for crashes."""
