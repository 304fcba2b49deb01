"""Tests of `paretune serve` up to the start of the service; `tests/server/test_run.py` has the rest."""

import pytest

from paretune.server.settings import ServerSettings


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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--proxy", "nope"), "--proxy nope is no IP address"),
        (("--proxy", "10.0.0.2:80"), "--proxy 10.0.0.2:80 is no IP address"),
        (("--proxy", "127.0.0.1", "--proxy", "10.0.0.1/99"), "--proxy 10.0.0.1/99 is no IP address"),
        (("--allow-host", "https://nets.example"), "--allow-host https://nets.example is no name"),
        (("--allow-host", "nets.example:443"), "without scheme and port"),
        (("--allow-host", "::1"), "such as nets.example or [2001:db8::1]"),
        (("--base-path", "/a b"), "--base-path must be names"),
        (("--base-path", "//evil.example"), "--base-path must be names"),
        (("--base-path", "/a?b"), "--base-path must be names"),
        (("--tokens", ""), "--tokens is empty"),
        (("--audit", " "), "--audit is empty"),
    ],
)
def test_wrong_address_is_refused_before_the_service_starts(paretune, words, message):
    code, out, error = paretune("serve", *words)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert message in error


def test_addresses_networks_and_names_are_taken():
    settings = ServerSettings(
        "a.db",
        proxies=("127.0.0.1", "10.0.0.0/8", "::1", "*"),
        allowed_hosts=("nets.example", "[::1]", "a_b-c"),
        base_path="/paretune/v1.0",
    )
    assert {"nets.example", "[::1]", "a_b-c"} <= settings.hosts
