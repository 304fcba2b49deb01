"""Runs that the service starts: only of workloads that the operator named."""
