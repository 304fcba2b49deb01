"""Tests of documents, in memory and in a file."""

import shutil

import pytest
from optuna.storages import InMemoryStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend

from paretune.errors import InvalidInputError
from paretune.study import open_storage
from paretune.study.documents import DocumentStore


@pytest.fixture(params=["memory", "file"])
def storage(request, tmp_path, empty_database):
    if request.param == "memory":
        return InMemoryStorage()
    return open_storage(shutil.copy(empty_database, tmp_path / "studies.db"))


@pytest.fixture
def documents(storage):
    return DocumentStore(storage, storage)


def test_document_is_found_by_its_kind_id_parent_and_label(documents):
    (project,) = documents.insert("project", [{"name": "é"}], label="nets")
    first, second = documents.insert("run", [{"n": 1}, {"n": 2}], parent=project.id)
    assert documents.get("run", second.id) == second
    assert documents.get("project", second.id) is None
    assert documents.find("run", parent=project.id) == [first, second]
    assert documents.find("project", label="nets")[0].body == {"name": "é"}
    assert documents.find("run", label="nets") == []
    assert documents.count("run", project.id) == 2


def test_change_sees_the_present_body_and_is_found_by_the_next_store(storage, documents):
    (run,) = documents.insert("run", [{"n": 1}])
    documents.change(run, lambda body: {**body, "m": 2})
    changed = documents.change(run, lambda body: {**body, "k": 3}, label="moved")
    again = DocumentStore(storage, storage) if documents._writer.dialect.name == "sqlite" else documents
    found = (documents if isinstance(storage, InMemoryStorage) else again).get("run", run.id)
    assert found == changed
    assert found.body == {"n": 1, "m": 2, "k": 3}
    assert found.label == "moved"
    assert found.updated >= found.created


def test_journal_file_has_no_documents(tmp_path):
    journal = JournalStorage(JournalFileBackend(str(tmp_path / "studies.log")))
    with pytest.raises(InvalidInputError, match="database"):
        DocumentStore(journal, journal)
