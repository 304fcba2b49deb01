"""Workloads that come with Paretune, and what they share."""
