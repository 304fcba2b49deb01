"""Tests of `paretune serve` up to the start of the service; `tests/server/test_run.py` has the rest."""


def test_other_machines_need_a_file_of_tokens(paretune):
    code, _, error = paretune("serve", "--host", "192.0.2.1")
    assert (code, "paretune token NAME" in error) == (2, True)


def test_unusable_audit_log_and_number_of_processes_are_refused(paretune):
    code, _, error = paretune("serve", "--audit", "missing/audit.jsonl")
    assert (code, "--audit missing/audit.jsonl cannot be written" in error) == (2, True)
    code, _, error = paretune("serve", "--allow-host", "")
    assert (code, "a host or proxy is empty" in error) == (2, True)
    code, _, error = paretune("serve", "--processes", "100000")
    assert (code, "'--processes': it must be at most 64" in error) == (2, True)


def test_prefix_needs_a_slash(paretune):
    code, _, error = paretune("serve", "--base-path", "nets")
    assert (code, "--base-path must begin with a slash" in error) == (2, True)
