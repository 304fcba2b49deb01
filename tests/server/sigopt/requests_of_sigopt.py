"""Requests as SigOpt's client sends them, for the tests of their translation."""

EXPERIMENT = {
    "name": "mlp",
    "observation_budget": 60,
    "parallel_bandwidth": 2,
    "project": "demo",
    "metadata": {"dataset": "cifar", "version": 3, "nothing": None},
    "conditionals": [{"name": "optimizer", "values": ["sgd", "adam"]}],
    "parameters": [
        {"name": "lr", "type": "double", "bounds": {"min": 1e-4, "max": 1.0}, "transformation": "log"},
        {"name": "width", "type": "int", "bounds": {"min": 8, "max": 256}, "default_value": 64},
        {"name": "momentum", "type": "double", "bounds": {"min": 0, "max": 0.99}, "conditions": {"optimizer": "sgd"}},
        {"name": "activation", "type": "categorical", "categorical_values": ["relu", {"name": "gelu"}]},
        {"name": "batch", "type": "int", "grid": [64, 16, 32]},
    ],
    "metrics": [
        {"name": "accuracy", "objective": "maximize", "strategy": "optimize", "threshold": 0.75},
        {"name": "latency", "objective": "minimize"},
        {"name": "size_mb", "objective": "minimize", "strategy": "constraint", "threshold": 20},
        {"name": "epochs", "strategy": "store"},
    ],
}
SMALL = {
    "name": "small",
    "type": "random",
    "parameters": [
        {"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}},
        {"name": "k", "type": "int", "bounds": {"min": 1, "max": 9}},
    ],
    "metrics": [
        {"name": "gain", "objective": "maximize"},
        {"name": "cost", "objective": "minimize"},
        {"name": "size", "objective": "minimize", "strategy": "constraint", "threshold": 20},
        {"name": "epochs", "strategy": "store"},
    ],
}


def values(gain=0.8, cost=0.1, size=10, epochs=3):
    """The metrics of an observation of `SMALL`."""
    found = {"gain": gain, "cost": cost, "size": size, "epochs": epochs}
    return [{"name": name, "value": value} for name, value in found.items()]


def own(x, **more):
    """An observation of `SMALL` at a configuration of one's own."""
    return {"assignments": {"x": x, "k": 5}, "values": values(**more)}


class Sigopt:
    """Sends requests as SigOpt's client does."""

    def __init__(self, client):
        self.client = client

    def send(self, method, path, body=None, status=200):
        return self.client.json(method, f"/v1/{path}", body, status)

    def create(self, **more):
        return self.send("POST", "experiments", {**SMALL, **more})["id"]

    def observe(self, experiment, body, status=200):
        return self.send("POST", f"experiments/{experiment}/observations", body, status)

    def ids(self, path):
        return [each["id"] for each in self.send("GET", path)["data"]]
