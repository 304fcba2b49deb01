"""`paretune studies`."""

import json

import pytest

pytestmark = pytest.mark.end_to_end


@pytest.mark.usefixtures("studies")
def test_studies_are_listed_in_two_lines_each(paretune):
    code, out, err = paretune("studies")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert len(lines) == 6
    assert {line.partition(":")[0] for line in lines[::2]} == {"random-1", "random-2", "sobol"}
    assert all(": ended, 9 of 9 trials (" in line for line in lines[::2])
    assert all("  maximize accuracy, minimize latency; last activity 20" in line for line in lines[1::2])


@pytest.mark.usefixtures("studies")
def test_storage_comes_from_the_environment_and_json_is_for_programs(paretune, in_an_empty_folder, monkeypatch):
    (in_an_empty_folder / "paretune.db").rename(in_an_empty_folder / "other.db")
    assert (
        paretune("studies")[2]
        == "paretune: there is no file paretune.db: give the storage of the study with --storage\n"
    )
    monkeypatch.setenv("PARETUNE_STORAGE", "other.db")
    code, out, _ = paretune("studies", "--json")
    assert code == 0
    assert {study["name"] for study in json.loads(out)} == {"random-1", "random-2", "sobol"}
    assert paretune("status", "sobol")[0] == 0
