"""Posterior draws of the noise-free losses of evaluated configurations."""
