"""The expected ends of learning curves: what the metrics that a trial has reported so far say of its final losses."""
