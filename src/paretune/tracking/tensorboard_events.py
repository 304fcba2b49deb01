"""The content of a trial's event file for TensorBoard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2
from tensorboard.plugins.hparams import metadata as hparams
from tensorboard.plugins.text import metadata as text
from tensorboard.util import tensor_util

from paretune.objectives import Objectives
from paretune.space import Categorical, Float, Int, Parameter, Space
from paretune.tracking.logged_trial import LoggedTrial
from paretune.trials import FAILURE_REASONS

END_COLUMN = "ended as"  # column of the table of hyperparameters with the result of a trial
COMPLETE, STOPPED = "complete", "stopped"


def events(trial: LoggedTrial, space: Space, objectives: Objectives) -> Iterator[Any]:
    """Yield the events of a trial, first the header of the file.

    The step of a final metric is the trial's number, so that a chart over all runs shows the search. Metrics of the
    trial's own steps are under ``steps/``.

    Args:
        trial: the trial to write.
        space: the parameters, columns of the table of hyperparameters.
        objectives: the objectives, columns of metrics.
    """
    yield event_pb2.Event(wall_time=trial.start_time, file_version="brain.Event:2")
    yield _event(
        trial.start_time, 0, _hparams(hparams.EXPERIMENT_TAG, experiment=_experiment(trial, space, objectives))
    )
    yield _event(trial.start_time, 0, _hparams(hparams.SESSION_START_INFO_TAG, session_start_info=_start(trial, space)))
    yield from step_events(trial.steps, trial.end_time)
    seconds = {f"seconds/{name}": value for name, value in trial.durations.items()}
    for name, value in {**trial.metrics, **seconds}.items():
        yield _event(trial.end_time, trial.number, _scalar(name, value))
    yield _event(trial.end_time, trial.number, _text(trial))
    yield _event(trial.end_time, 0, _hparams(hparams.SESSION_END_INFO_TAG, session_end_info=_end(trial)))


def step_events(
    steps: Iterable[tuple[int, Mapping[str, float]]], wall_time: float, *, with_header: bool = False
) -> Iterator[Any]:
    """Yield the events of steps.

    Args:
        steps: numbers of steps and their metrics.
        wall_time: in POSIX seconds.
        with_header: whether to begin with the header of a file.
    """
    if with_header:
        yield event_pb2.Event(wall_time=wall_time, file_version="brain.Event:2")
    for step, metrics in steps:
        for name, value in metrics.items():
            yield _event(wall_time, step, _scalar(f"steps/{name}", value))


def _event(wall_time: float, step: int, value: Any) -> Any:
    return event_pb2.Event(wall_time=wall_time, step=step, summary=summary_pb2.Summary(value=[value]))


def _scalar(tag: str, value: float) -> Any:
    return summary_pb2.Summary.Value(tag=tag, simple_value=value)


def _hparams(tag: str, **content: Any) -> Any:
    metadata = hparams.create_summary_metadata(plugin_data_pb2.HParamsPluginData(**content))
    return summary_pb2.Summary.Value(tag=tag, metadata=metadata, tensor=hparams.NULL_TENSOR)


def _text(trial: LoggedTrial) -> Any:
    rows = {"study": trial.study, "state": trial.state, "reason": trial.reason, **trial.details, "error": trial.error}
    lines = [f"| {name} | {_cell(value)} |" for name, value in rows.items() if value]
    table = "\n".join([f"| trial {trial.number} | |", "|---|---|", *lines])
    tensor = tensor_util.make_tensor_proto([table.encode()], shape=(1,))
    return summary_pb2.Summary.Value(tag="trial", metadata=text.create_summary_metadata("", ""), tensor=tensor)


def _cell(value: str) -> str:
    return " ".join(value.replace("|", "\\|").split())


def _experiment(trial: LoggedTrial, space: Space, objectives: Objectives) -> Any:
    """The columns of the table, the same in each file: TensorBoard takes those of the first that it reads."""
    columns = [_column(name, parameter) for name, parameter in space.items()]
    ends = api_pb2.HParamInfo(name=END_COLUMN, type=api_pb2.DATA_TYPE_STRING, differs=True)
    ends.domain_discrete.extend([COMPLETE, STOPPED, *FAILURE_REASONS])
    metrics = [
        api_pb2.MetricInfo(
            name=api_pb2.MetricName(tag=o.name), display_name=f"{o.name} [{o.unit}]" if o.unit else o.name
        )
        for o in objectives
    ]
    return api_pb2.Experiment(name=trial.study, hparam_infos=[*columns, ends], metric_infos=metrics)


def _column(name: str, parameter: Parameter) -> Any:
    info = api_pb2.HParamInfo(name=name, type=_type(parameter), differs=parameter.n_levels != 1)
    if isinstance(parameter, Categorical):
        info.domain_discrete.extend([_plain(parameter, choice) for choice in parameter.choices])
    elif isinstance(parameter, (Float, Int)):
        info.domain_interval.min_value, info.domain_interval.max_value = parameter.low, parameter.high
    return info


def _type(parameter: Parameter) -> Any:
    if not isinstance(parameter, Categorical):
        return api_pb2.DATA_TYPE_FLOAT64
    if all(isinstance(choice, bool) for choice in parameter.choices):
        return api_pb2.DATA_TYPE_BOOL
    if all(isinstance(choice, (int, float)) and not isinstance(choice, bool) for choice in parameter.choices):
        return api_pb2.DATA_TYPE_FLOAT64
    return api_pb2.DATA_TYPE_STRING


def _plain(parameter: Parameter, value: Any) -> Any:
    """A value converted to the type of the column."""
    return str(value) if _type(parameter) == api_pb2.DATA_TYPE_STRING else value


def _start(trial: LoggedTrial, space: Space) -> Any:
    start = plugin_data_pb2.SessionStartInfo(group_name=trial.key, start_time_secs=trial.start_time)
    values = {name: _plain(space[name], value) for name, value in trial.params.items()}
    for name, value in {**values, END_COLUMN: trial.reason or trial.state}.items():
        if isinstance(value, bool):
            start.hparams[name].bool_value = value
        elif isinstance(value, str):
            start.hparams[name].string_value = value
        else:
            start.hparams[name].number_value = value
    return start


def _end(trial: LoggedTrial) -> Any:
    status = api_pb2.STATUS_SUCCESS if trial.state in (COMPLETE, STOPPED) else api_pb2.STATUS_FAILURE
    return plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=trial.end_time)
