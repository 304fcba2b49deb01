"""What the JSON interface receives and returns."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

MAX_TEXT = 2_000
MAX_NAMES = 200
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Params = Annotated[dict[str, Any], Field(max_length=MAX_NAMES, description="a configuration: values by parameter")]
Metrics = Annotated[
    dict[Annotated[str, Field(max_length=300)], Any],
    Field(max_length=MAX_NAMES, description="every objective by name, <objective>_se where known, and any others"),
]


class Received(BaseModel):
    """A body of a request: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", str_max_length=MAX_TEXT)


class NewStudy(Received):
    """A study to make."""

    name: str
    space: dict[str, dict[str, Any]] = Field(
        max_length=MAX_NAMES,
        description='parameters by name, such as {"type": "float", "low": 0, "high": 1, "log": false}',
    )
    objectives: dict[str, dict[str, Any]] = Field(
        max_length=50, description='objectives by name, such as {"goal": "minimize", "at_most": 0.1, "unit": "s"}'
    )
    searcher: str = "bayes"
    searcher_options: dict[str, Any] = Field(
        default_factory=dict, max_length=50, description='such as {"n_startup_trials": 12}'
    )
    seed: Annotated[StrictInt, Field(ge=0, lt=2**32)] = 0
    n_trials: Annotated[StrictInt, Field(ge=1, le=2**31)] | None = Field(None, description="the total; null for none")
    scheduler: dict[str, Any] = Field(
        default_factory=dict, max_length=10, description='such as {"name": "asha", "max_resource": 60}'
    )
    stop: StopRules | None = None


class StopRules(Received):
    """Rules that end a study early."""

    seconds: Annotated[Number, Field(gt=0)] | None = None
    target: str = Field("", description='such as "accuracy>=0.8 and latency<=0.1"')
    stagnation: tuple[Number, StrictInt] | None = Field(None, description="percent of the hypervolume, and trials")


class ChangedStudy(Received):
    """What to change of a study; what is left out stays."""

    n_trials: Annotated[StrictInt, Field(ge=1, le=2**31)] | None = None
    at_least: dict[str, Number] = Field(default_factory=dict, max_length=50)
    at_most: dict[str, Number] = Field(default_factory=dict, max_length=50)


class Ask(Received):
    """A request for trials."""

    n: Annotated[StrictInt, Field(ge=1, le=100)] = 1


class Told(Received):
    """The outcome of a trial: either metrics, or the reason of its failure."""

    metrics: Metrics | None = None
    reason: str = Field("", description="crashed, out_of_memory, not_finite, timed_out, outside_limits or lost")
    message: str = Field("", description="what happened")


class Observation(Told):
    """A trial that was evaluated elsewhere."""

    params: Params


class Observations(Received):
    """Trials that were evaluated elsewhere: all are added, or none."""

    observations: list[Observation] = Field(min_length=1)


class Step(Received):
    """Metrics of a step of a pending trial."""

    step: Annotated[StrictInt, Field(ge=0, lt=2**63)]
    metrics: Metrics


class Queued(Received):
    """A configuration to try before the searcher's own."""

    params: Params


class NewRun(Received):
    """A run to start, of a workload that the operator allows."""

    workload: str = Field(description="one of GET /api/workloads")
    study: str = Field(description="name of the study, which must be new")
    settings: dict[str, Any] = Field(
        default_factory=dict,
        max_length=MAX_NAMES,
        description='options, values of parameters, and ranges such as "8:64", by name',
    )
    at_least: dict[str, Number] = Field(default_factory=dict, max_length=50)
    at_most: dict[str, Number] = Field(default_factory=dict, max_length=50)
    run: dict[str, Any] = Field(
        default_factory=dict,
        max_length=50,
        description='options of the run, such as {"trials": 30, "workers": 2, "stop_after": "24h"}',
    )


class NewRefit(Received):
    """The best configurations to train again."""

    top: Annotated[StrictInt, Field(ge=1, le=50)] = 5
    settings: dict[str, Any] = Field(
        default_factory=dict, max_length=MAX_NAMES, description='options of the training, such as {"epochs": 500}'
    )
    run: dict[str, Any] = Field(default_factory=dict, max_length=5, description='such as {"workers": 2}')


class RunInfo(BaseModel):
    """A run that the service has started."""

    study: str
    key: str = Field(description="the study's name as a part of addresses")
    workload: str
    state: Literal["running", "ended"]
    exit_code: int | None = Field(description="0 after an end without errors; null while it runs")
    started: float = Field(description="POSIX time in seconds")
    output: str = Field(description="the end of what it printed")


class RunList(BaseModel):
    """Runs that the service has started."""

    runs: list[RunInfo]


class SuggestedTrial(BaseModel):
    """A trial to evaluate."""

    number: int
    params: dict[str, Any]
    source: Literal["computed", "ready", "queue", "fallback", "sampler", "repeated"] = Field(
        description="how its parameters were found; fallback: a Sobol point, since the models took too long"
    )
    seconds: float = Field(description="how long the answer took")
    tells_late: int = Field(description="how many outcomes the models did not know yet")


class SuggestedTrials(BaseModel):
    """Trials to evaluate."""

    trials: list[SuggestedTrial]


class GoOn(BaseModel):
    """Whether a training goes on."""

    go_on: StrictBool


class TrialView(BaseModel):
    """A trial."""

    number: int
    state: Literal["complete", "failed", "pending", "stopped"]
    reason: str
    params: dict[str, Any]
    values: dict[str, float | None]
    errors: dict[str, float | None] = Field(description="standard errors")
    metrics: dict[str, Any]
    started: float | None = Field(description="POSIX time in seconds")
    duration: float | None = Field(description="seconds")
    error: str = Field(description="what happened in a failed trial")
    suggestion: dict[str, Any]
    steps: list[dict[str, Any]] | None = None


class TrialList(BaseModel):
    """Trials in the order of their numbers; ask for the next ones with ``after``."""

    trials: list[TrialView]
    next_after: int | None = Field(description="value of after for the next page; null at the end")


class AddedTrials(BaseModel):
    """Numbers of added trials."""

    numbers: list[int]


class StudyInfo(BaseModel):
    """A study."""

    name: str
    key: str = Field(description="the name as a part of addresses")
    state: Literal["new", "open", "running", "ended", "foreign"]
    ended: str
    searcher: str | None
    searcher_options: dict[str, Any]
    seed: int | None
    n_trials: int | None
    counts: dict[str, int]
    per_hour: float | None
    seconds_left: float | None
    space: dict[str, Any] | None = None
    objectives: dict[str, Any] | None = None
    revision: str | None = None


class StudyList(BaseModel):
    """Studies."""

    studies: list[StudyInfo]


class Refused(BaseModel):
    """An answer that is no success."""

    error: dict[str, str]


NewStudy.model_rebuild()
