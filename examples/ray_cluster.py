"""Trials on a Ray cluster. Without an address Ray starts on this machine, with two cores.

It needs the extra `ray`. Run it: ``python ray_cluster.py``, with another total ``python ray_cluster.py 100``, and on a
cluster ``python ray_cluster.py 100 10.0.0.1:6379``. Run it again to go on.
"""

import random
import sys
from pathlib import Path

import ray

from paretune import Float, Int, Maximize, Minimize, Study
from paretune.execution.on_ray import Cluster

SPACE = {"width": Int(4, 512, log=True), "rate": Float(1e-3, 1.0, log=True)}
OBJECTIVES = [Maximize("accuracy"), Minimize("latency", unit="s")]


def evaluate(params, seed):
    luck = random.Random(seed).gauss(0, 0.003)  # your training
    return {"accuracy": 1 - 1 / params["width"] - (params["rate"] - 0.1) ** 2 + luck, "latency": 1e-5 * params["width"]}


def prepare():
    return evaluate  # called once in each slot: load data here


if __name__ == "__main__":
    where = {"address": sys.argv[2]} if len(sys.argv) > 2 else {"num_cpus": 2, "include_dashboard": False}
    ray.init(log_to_driver=False, **where)
    study = Study(SPACE, OBJECTIVES, storage="examples.db", name="ray-cluster")
    study.run(Cluster(prepare, OBJECTIVES, Path("ray-logs")), n_trials=int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    print(study.front().to_frame().to_string())
