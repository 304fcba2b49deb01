"""Workloads from a study file: any command, in any language."""
