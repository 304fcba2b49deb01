"""The evaluation of one trial: its contract, its outcome, and the text of a failure."""
