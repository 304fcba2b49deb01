"""The net for film reviews on MXNet, in a Python environment of its own."""
