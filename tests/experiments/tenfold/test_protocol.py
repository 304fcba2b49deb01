"""The protocols of the experiments."""

from pathlib import Path

from tenfold import protocol


def test_sides_have_unique_names_at_every_scale():
    for experiment in sorted(Path(__file__).parents[3].glob("experiments/*/scales.yaml")):
        for name in protocol.scale_names(experiment.parent):
            scale = protocol.read_scale(experiment.parent, name)
            names = [side.name for side in (*scale.sides, scale.pilot.side)]
            assert len(set(names)) == len(names)
            assert scale.sides_of("bayes")
            assert scale.sides_of("random")
