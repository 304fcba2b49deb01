"""Storage keys that Paretune writes into an Optuna study.

They are part of every database: their values never change.
"""

# Attributes of a study.
SPACE_KEY = "paretune:space"
OBJECTIVES_KEY = "paretune:objectives"
FUNCTION_KEY = "paretune:function"  # name and hash of the function that a program evaluated last
FACTS_KEY = "paretune:facts"  # what must be the same when the study is resumed
SEEDS_KEY = "paretune:seed"  # the seed of its trials' seeds; a study of an older version has none
LAUNCH_KEY = "paretune:launch"  # what a service was asked for when it started the study's run
STOPS_KEY = "paretune:stops"  # how often the study was asked to stop
PROPOSALS_KEY = "paretune:proposals"  # what a search before the first trial has found, and what it has cost
RUN_KEY = "paretune:run:"  # followed by the run's name: two runs never write one attribute
HEARTBEAT_KEY = "paretune:beat:"  # likewise
DROPPED_KEY = "paretune:dropped:"  # followed by the number of a trial that was deleted or replaced
TURN_KEY = "paretune:turn:"  # likewise: not 0 while a run counts what the budget leaves

# System attribute of a trial.
SUGGESTED_KEY = "paretune:suggested"  # its parameters, before the training asks for them one by one

# User attributes of a trial.
STOPPED_KEY = "paretune:stopped"  # why a scheduler stopped it
REASON_KEY = "reason"  # why it failed; users may write it too
KNOWN_KEY = "paretune:known"  # metrics that were known before it began
ERROR_KEY = "paretune:error"  # the message of the failure
SECONDS_KEY = "paretune:seconds"  # how long the evaluation took
DURATIONS_KEY = "paretune:durations"  # how long each other step took
STEPS_KEY = "paretune:steps"  # metrics reported on the way
PAUSED_KEY = "paretune:paused"  # why a scheduler paused it; empty once it goes on
CHECKPOINT_KEY = "paretune:checkpoint"  # the folder that its training saves to
SEED_KEY = "paretune:seed"  # the seed of its training
CONFIRMS_KEY = "paretune:confirms"  # whether it trains a configuration of the likely front again, never stopped early
GRANTED_KEY = "paretune:granted"  # the last step that the budget allows it
PARENT_KEY = "paretune:parent"  # how it began as a copy of another trial: see `paretune.trials.birth.Birth`
RELEASED_KEY = "paretune:released"  # where a member of a population was let go on: the boundary and its last step
LOST_AT_KEY = "paretune:lost_at"  # its last step when its runner died
WHERE_KEY = "paretune:where"  # worker, device, log, and when the evaluation began
RUNNER_KEY = "paretune:runner"  # the process that runs it
INSTEAD_OF_KEY = "paretune:instead_of"  # number of the lost trial that it repeats
N_LOST_KEY = "paretune:losses"  # how often its configuration was lost
ASK_KEY = "paretune:asked_by"  # the idempotency key of the request to a service that asked for it
TELL_KEY = "paretune:told_by"  # likewise, of the request that told its outcome
NOTES_KEY = "paretune:notes"  # what a client of a service stores with it
SUGGESTION_KEY = "paretune:suggestion"  # how a service found its parameters
ADDED_KEY = "paretune:added"  # hash of the file that it was imported from, and its row there
