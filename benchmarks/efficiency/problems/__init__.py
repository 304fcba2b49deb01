"""The benchmark problems: their type, a registry by name, and the modules that define them."""
