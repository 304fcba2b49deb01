"""Code of the experiments 003 and 004: Bayesian search against random search with ten times as many trials."""
