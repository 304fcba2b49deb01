"""Declaration of the run options, and their table in the docs."""

import re
from pathlib import Path

from paretune.app.run_options import RUN_OPTIONS, RunOptions

PAGE = (Path(__file__).parents[2] / "docs" / "running.md").read_text()


def test_docs_table_has_each_option_with_its_help():
    table = PAGE[PAGE.index("| option | meaning |") :].partition("\n\n")[0]
    rows = dict(re.findall(r"^\| `--(.*?)(?: .*)?` \| (.*) \|$", table, re.MULTILINE))
    assert rows == {name.replace("_", "-"): option.help for name, option in RUN_OPTIONS.items()}


def test_default_is_read_back_by_its_own_reader():
    for name, default in vars(RunOptions()).items():
        if default not in (None, (), "", 0.0):
            assert RUN_OPTIONS[name].read(name, default) == default


def test_workers_devices_and_ray_run_asynchronously():
    assert not RunOptions().is_asynchronous
    for options in (RunOptions(workers=1), RunOptions(devices=("cuda:0",)), RunOptions(executor="ray")):
        assert options.is_asynchronous
