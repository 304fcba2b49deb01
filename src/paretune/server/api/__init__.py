"""The JSON interface of the service, below ``/api``."""
