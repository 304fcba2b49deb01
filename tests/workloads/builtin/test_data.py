"""Data files in a given folder, in the cache and from a server, and notices about replaced data."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from paretune.errors import DataError
from paretune.workloads.builtin import data
from paretune.workloads.builtin.data import Archive, UnreachableError, generated_origin, locate

CONTENT = {"one.txt": b"1" * 50_000, "two.txt": b"2" * 70_000}
SHA256 = {file: hashlib.sha256(content).hexdigest() for file, content in CONTENT.items()}


class Home(ThreadingHTTPServer):
    """A public home on this machine; with `stalls`, it sends half of a file and then waits."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.asked, self.cuts, self.stalls = dict(CONTENT), [], 0, False
        self.half_sent, self.go_on = threading.Event(), threading.Event()

    @property
    def archive(self):
        return Archive("Numbers", "numbers", f"http://127.0.0.1:{self.server_port}/v1", SHA256)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        body = self.server.content.get(self.path.removeprefix("/v1/"))
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        half = len(body) // 2
        self.wfile.write(body[:half])
        self.wfile.flush()
        if self.server.cuts > 0:
            self.server.cuts -= 1
            return
        if self.server.stalls:
            self.server.half_sent.set()
            self.server.go_on.wait(30)
            return
        self.wfile.write(body[half:])

    def log_message(self, *_):
        pass


@pytest.fixture
def home():
    with Home() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.go_on.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("PARETUNE_DATA", raising=False)
    monkeypatch.setenv("PARETUNE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "cache" / "numbers"


def folder_of(path, content=CONTENT):
    (path / "numbers").mkdir(parents=True)
    for file, body in content.items():
        (path / "numbers" / file).write_bytes(body)
    return path


def contents(located):
    return {file: path.read_bytes() for file, path in located.paths.items()}


def test_files_are_downloaded_once_and_then_read_from_cache(home, cache):
    first = locate(home.archive, None)
    assert contents(first) == CONTENT
    assert {path.parent for path in first.paths.values()} == {cache}
    assert locate(home.archive, None) == first
    assert home.asked == ["/v1/one.txt", "/v1/two.txt"]


def test_origin_is_same_from_folder_and_download(home, tmp_path):
    downloaded = locate(home.archive, None).origin
    assert downloaded == locate(home.archive, folder_of(tmp_path / "mine")).origin
    assert downloaded.name == "Numbers"
    assert downloaded.notice == ""
    assert len(bytes.fromhex(downloaded.sha256)) == 32


def test_damaged_cached_file_is_downloaded_again(home, cache):
    locate(home.archive, None)
    (cache / "two.txt").write_bytes(b"2222")
    assert contents(locate(home.archive, None)) == CONTENT


def test_download_with_other_hash_is_refused_and_not_kept(home, cache):
    home.content["two.txt"] = b"something else"
    with pytest.raises(DataError, match=r"two\.txt is not the expected Numbers.*hash") as error:
        locate(home.archive, None)
    assert not isinstance(error.value, UnreachableError)
    assert [path.name for path in cache.iterdir()] == ["one.txt"]


def test_interrupted_download_is_tried_again(home):
    home.cuts = 1
    assert contents(locate(home.archive, None)) == CONTENT


def test_download_that_is_always_interrupted_leaves_no_file(home, cache):
    home.cuts = 10
    with pytest.raises(UnreachableError, match=r"/v1/one\.txt cannot be fetched"):
        locate(home.archive, None)
    assert list(cache.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="kills a process by a POSIX signal")
def test_killed_download_is_not_used(home, cache):
    home.stalls = True
    code = f"from paretune.workloads.builtin.data import Archive, locate; locate({home.archive!r}, None)"
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as process:
        assert home.half_sent.wait(30)
        process.send_signal(signal.SIGKILL)
    home.stalls = False
    home.go_on.set()
    assert not (cache / "one.txt").exists()
    assert contents(locate(home.archive, None)) == CONTENT


def test_file_missing_on_server_is_unreachable(home):
    del home.content["one.txt"]
    with pytest.raises(UnreachableError, match="HTTPError"):
        locate(home.archive, None)


def test_silent_server_is_unreachable_after_timeout(home, monkeypatch):
    monkeypatch.setattr(data, "TIMEOUT_SECONDS", (0.2, 0.2))
    home.stalls = True
    with pytest.raises(UnreachableError, match="cannot be fetched"):
        locate(home.archive, None)


def test_closed_port_is_unreachable(home):
    with pytest.raises(UnreachableError, match="ConnectionError"):
        locate(replace(home.archive, url="http://127.0.0.1:9"), None)


def test_given_folder_without_file_is_an_error_without_download(home, tmp_path):
    mine = folder_of(tmp_path / "mine", {"one.txt": CONTENT["one.txt"]})
    with pytest.raises(DataError, match=r"two\.txt does not exist.*numbers/one\.txt and numbers/two\.txt"):
        locate(home.archive, mine)
    assert home.asked == []


def test_environment_variable_gives_data_folder(home, tmp_path, monkeypatch):
    monkeypatch.setenv("PARETUNE_DATA", str(tmp_path / "empty"))
    with pytest.raises(DataError, match="empty"):
        locate(home.archive, None)
    mine = folder_of(tmp_path / "mine")
    assert locate(home.archive, mine).paths["one.txt"] == mine / "numbers" / "one.txt"
    assert home.asked == []


def test_changed_file_in_given_folder_prints_notice(home, tmp_path, capsys):
    mine = folder_of(tmp_path / "mine", CONTENT | {"two.txt": b"my own"})
    origin = locate(home.archive, mine).origin
    assert origin.name == "data in the form of Numbers"
    assert origin.sha256 != locate(home.archive, None).origin.sha256
    assert "two.txt" in origin.notice
    assert "one.txt" not in origin.notice
    assert capsys.readouterr().err.splitlines()[0] == f"NOTICE: {origin.notice}"


def test_notice_names_generated_data_and_way_to_real_data(home, capsys):
    origin = generated_origin(home.archive, "drawn shapes", "0" * 64, "no network")
    assert origin.sha256 == "0" * 64
    assert capsys.readouterr().err == f"NOTICE: {origin.notice}\n"
    for part in ("drawn shapes", "not Numbers", "no network", "--data-dir", "numbers/one.txt"):
        assert part in origin.notice
