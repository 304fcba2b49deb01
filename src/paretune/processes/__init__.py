"""Processes that are started and ended as a group, and how they ended."""
