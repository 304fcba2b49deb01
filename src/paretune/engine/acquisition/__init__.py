"""Acquisition functions: how much a trial at a place is expected to improve the front, by the fitted models."""
