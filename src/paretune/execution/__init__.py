"""Where are trials evaluated? In this process, or in workers of their own; other places keep the same contract."""

from paretune.evaluation.outcome import Outcome
from paretune.execution.executor import Executor, Finished, Inline
from paretune.execution.pool import Pool
from paretune.execution.slots import Slot, slots

__all__ = ["Executor", "Finished", "Inline", "Outcome", "Pool", "Slot", "slots"]
