"""Ray nodes on this machine, each with its own processes, which can be killed as a machine dies."""

from contextlib import contextmanager

from ray.cluster_utils import Cluster

from paretune import Float, Study
from trainings import OBJECTIVES


class Nodes:
    """A head without room for trials, and nodes with two places each.

    Args:
        cluster: Ray's.
    """

    def __init__(self, cluster, n_nodes):
        self._cluster, self.address = cluster, cluster.address
        self._nodes = []
        for _ in range(n_nodes):
            self.add()

    def add(self):
        self._nodes.append(self._cluster.add_node(num_cpus=2, wait=True))

    def kill(self):
        """Kill a node's processes by SIGKILL."""
        self._cluster.remove_node(self._nodes.pop(), allow_graceful=False)

    def kill_head(self):
        self._cluster.head_node.kill_gcs_server()


@contextmanager
def ray_nodes(n_nodes=2):
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    try:
        yield Nodes(cluster, n_nodes)
    finally:
        cluster.shutdown()


def open_study(folder):
    return Study({"x": Float(0, 1)}, OBJECTIVES, storage=folder / "study.db", searcher="random")
