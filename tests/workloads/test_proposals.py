"""Proposals are stored as JSON."""

import json

from paretune.workloads.proposals import Proposal, Proposals


def test_proposals_are_read_as_they_were_written():
    found = Proposals("one-shot", (Proposal({"edge": "skip"}, {"inherited_accuracy": 0.5}),), 60, 12.5, "300 ranked")
    assert Proposals.from_dict(json.loads(json.dumps(found.to_dict()))) == found
