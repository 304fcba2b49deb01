"""Tests of `paretune serve` up to the start of the service; `tests/server/test_run.py` has the rest."""


def test_other_machines_need_a_file_of_tokens(paretune):
    code, _, error = paretune("serve", "--host", "192.0.2.1")
    assert (code, "paretune token NAME" in error) == (2, True)


def test_prefix_needs_a_slash(paretune):
    code, _, error = paretune("serve", "--base-path", "nets")
    assert (code, "--base-path must begin with a slash" in error) == (2, True)
