"""The workloads that come with Paretune, and the modules that they share."""
