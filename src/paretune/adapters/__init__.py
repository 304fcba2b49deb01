"""Where Paretune plugs into the tools that its users already have."""
