"""Test that storage keys never change, since they are in existing databases."""

from paretune.adapters.optuna import keys


def test_keys_are_those_of_earlier_databases():
    assert {name: value for name, value in vars(keys).items() if name.endswith("_KEY")} == {
        "SPACE_KEY": "paretune:space",
        "OBJECTIVES_KEY": "paretune:objectives",
        "FUNCTION_KEY": "paretune:function",
        "FACTS_KEY": "paretune:facts",
        "STOPS_KEY": "paretune:stops",
        "RUN_KEY": "paretune:run:",
        "HEARTBEAT_KEY": "paretune:beat:",
        "SUGGESTED_KEY": "paretune:suggested",
        "STOPPED_KEY": "paretune:stopped",
        "REASON_KEY": "reason",
        "ERROR_KEY": "paretune:error",
        "SECONDS_KEY": "paretune:seconds",
        "DURATIONS_KEY": "paretune:durations",
        "STEPS_KEY": "paretune:steps",
        "WHERE_KEY": "paretune:where",
        "RUNNER_KEY": "paretune:runner",
        "INSTEAD_OF_KEY": "paretune:instead_of",
        "N_LOST_KEY": "paretune:losses",
        "ADDED_KEY": "paretune:added",
        "SEEDS_KEY": "paretune:seed",
        "TURN_KEY": "paretune:turn:",
        "PAUSED_KEY": "paretune:paused",
        "CHECKPOINT_KEY": "paretune:checkpoint",
        "SEED_KEY": "paretune:seed",
        "CONFIRMS_KEY": "paretune:confirms",
        "GRANTED_KEY": "paretune:granted",
        "LOST_AT_KEY": "paretune:lost_at",
        "ASK_KEY": "paretune:asked_by",
        "TELL_KEY": "paretune:told_by",
        "SUGGESTION_KEY": "paretune:suggestion",
        "NOTES_KEY": "paretune:notes",
        "DROPPED_KEY": "paretune:dropped:",
    }
