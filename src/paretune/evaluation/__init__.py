"""The evaluation of one trial: its contract, its outcome, and the words for a failure."""
