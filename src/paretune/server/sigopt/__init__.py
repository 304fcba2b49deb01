"""SigOpt's protocol below ``/v1``: the unmodified client ``sigopt`` works with the service by its address alone."""
