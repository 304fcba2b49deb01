"""A client of the service, with the methods of `Study`. It needs no further package, neither PyTorch nor Optuna."""

from paretune.client.client import Client
from paretune.client.connection import ServiceError
from paretune.client.remote_study import RemoteStudy, RemoteTrial

__all__ = ["Client", "RemoteStudy", "RemoteTrial", "ServiceError"]
