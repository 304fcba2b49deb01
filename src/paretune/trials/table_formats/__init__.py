"""The tables of other tools: how they are recognized and translated."""
