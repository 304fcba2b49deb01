"""A description of the machine: hardware, versions, commit."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "paretune", "numpy", "torch", "botorch", "gpytorch", "optuna", "moocore", "tensorflow", "keras",
)  # fmt: skip


def environment() -> dict[str, str]:
    """Describe the machine, the versions and the commit of the current folder.

    Example:
        >>> sorted(environment())
        ['commit', 'cpu', 'gpu', 'memory', 'platform', 'python', 'versions']
    """
    import psutil  # noqa: PLC0415 (programs that measure in an environment of their own have only NumPy)

    cores = _usable_cores()
    return {
        "cpu": f"{_cpu()}, {cores} {'core' if cores == 1 else 'cores'}",
        "gpu": _gpu(),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "platform": platform.platform(),
        "python": platform.python_version(),
        "versions": ", ".join(f"{name} {number}" for name in PACKAGES if (number := _version(name))),
        "commit": _commit(),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _output(*command: str) -> str:
    """The output of a program; empty if it is missing or fails."""
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run([program, *command[1:]], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 (a fixed command)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _gpu() -> str:
    return ", ".join(_output("nvidia-smi", "--query-gpu=name", "--format=csv,noheader").splitlines()) or "none"


def _commit() -> str:
    commit = _output("git", "rev-parse", "--short=12", "HEAD")
    if not commit:
        return "none"
    return f"{commit} with uncommitted changes" if _output("git", "status", "--porcelain") else commit
