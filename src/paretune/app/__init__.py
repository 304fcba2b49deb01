"""Use cases that the command line, a service and experiments share.

Each module is one use case or one part of several. Nothing here parses a command line or prints: functions take plain
values, return dataclasses and raise a `ParetuneError`.
"""
