"""What protects the service: tokens, sessions, one guard for all routes, limits, strict JSON, and the audit log."""
