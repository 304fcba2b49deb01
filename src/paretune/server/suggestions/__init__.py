"""Suggestions for many clients at once: models in other processes, one computation a study, points computed ahead."""
