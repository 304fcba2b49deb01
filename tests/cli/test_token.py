"""Tests of `paretune token`."""

import json
from pathlib import Path

import pytest


def test_token_is_made_listed_and_revoked(paretune):
    code, text, _ = paretune("token", "worker", "--study", "nets-*", "--days", 90)
    assert (code, text[:3]) == (0, "pt_")
    assert text.strip() not in Path("paretune-tokens.json").read_text()
    assert paretune("token")[1].startswith(f"worker: {text[:8]}..., write, only nets-*, until 20")
    assert paretune("token", "worker", "--revoke") == (0, "worker is revoked\n", "")
    assert json.loads(Path("paretune-tokens.json").read_text()) == []


def test_wrong_scope_is_named(paretune):
    code, _, error = paretune("token", "worker", "--scope", "all")
    assert (code, "--scope must be one of read, write, admin" in error) == (2, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([""], "the name of the token is empty"),
        (["--revoke"], "--revoke needs the name of a token"),
        (["worker", "--study", " "], "--study is empty"),
        *((["worker", "--days", days], "--days must be between 0 and 36,500") for days in ("inf", "nan", "-1", "0")),
    ],
)
def test_empty_words_and_impossible_days_are_refused(paretune, words, message):
    code, out, error = paretune("token", *words)
    assert (code, out, message in error) == (2, "", True)
    assert not Path("paretune-tokens.json").exists()
