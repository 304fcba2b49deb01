# /// script
# requires-python = ">=3.9"
# dependencies = ["sigopt==2.7.0", "urllib3<2"]
# ///
"""A user's program over the client of 2017: one unnamed metric. It prints one line of JSON."""

import json
import os
import sys

import sigopt

if __name__ == "__main__":
    connection = sigopt.Connection(client_token=os.environ["SIGOPT_API_TOKEN"])
    connection.set_api_url(os.environ["SIGOPT_API_URL"])
    parameter = {"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}}
    experiment = connection.experiments().create(name="old", type="random", parameters=[parameter])
    api = connection.experiments(experiment.id)
    for _ in range(3):
        suggestion = api.suggestions().create()
        api.observations().create(suggestion=suggestion.id, value=suggestion.assignments["x"], value_stddev=0.1)
    progress = api.fetch().progress
    largest = max(each.assignments["x"] for each in api.observations().fetch().iterate_pages())
    api.delete()
    found = {"count": progress.observation_count, "is_best": progress.best_observation.value == largest}
    sys.stdout.write(json.dumps(found))
