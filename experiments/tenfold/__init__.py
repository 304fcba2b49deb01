"""Does Bayesian search with a tenth of the trainings beat random search? The code of both experiments."""
