"""Workloads that run a command in any language, as a study file describes it."""
