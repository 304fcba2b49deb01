"""Build the site: `make docs`.

The pages are collected in `build/pages`, with the reference and the list of decisions, and with links that lead there.
Zensical makes `build/site` of them, which opens without a server and without a network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from os.path import relpath
from pathlib import Path

import yaml
from pages import DECISIONS, ROOT, collect_pages, convert_links, show_files, title_of
from reference import Reference

HERE = Path(__file__).parent
BUILD = ROOT / "build"
STAGED = BUILD / "pages"


def write_pages() -> list[str]:
    """Write all files of the site to `build/pages`, and return the paths of its pages."""
    pages = collect_pages()
    shutil.rmtree(STAGED, ignore_errors=True)
    for source, place in pages.items():
        file = STAGED / place
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".md":
            text = show_files((ROOT / source).read_text(), source)
            file.write_text(convert_links(text, source, pages))
        else:
            shutil.copyfile(ROOT / source, file)
    made = write_made_pages(STAGED)
    return sorted({place for place in pages.values() if place.endswith(".md")} | made)


def write_made_pages(folder: Path) -> set[str]:
    """Write the reference and the list of decisions, and return their paths."""
    reference = Reference((folder / "api.md").read_text())
    (folder / "api.md").write_text(reference.linked_api())
    decisions = sorted((folder / DECISIONS).parent.glob("[0-9]*.md"))
    made = {**reference.pages(), DECISIONS: list_decisions(decisions)}
    for place, text in made.items():
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_text(text)
    return set(made)


def list_decisions(files: list[Path]) -> str:
    """Return the page that lists the decisions."""
    items = "".join(f"- [{file.name[:4]}]({file.name}): {title_of(file.read_text())}\n" for file in files)
    return (
        f"# Decisions\n\nOne page each: what was decided, why, and what was rejected.\n\n{items}\n"
        "**Next:** [the architecture](../project/ARCHITECTURE.md).\n"
    )


def write_config(places: list[str]) -> Path:
    """Write the configuration of Zensical: that of `site.yml`, with paths, and with the pages of its folders."""
    config = yaml.safe_load((HERE / "site.yml").read_text())
    handler = config["plugins"][-1]["mkdocstrings"]["handlers"]["python"]
    handler["options"]["extensions"] = [str(HERE / "docstrings.py")]
    config |= {"docs_dir": "pages", "site_dir": "site", "nav": fill_folders(config["nav"], places)}
    file = BUILD / "mkdocs.yml"
    file.write_text(yaml.safe_dump(config, sort_keys=False))
    return file


def fill_folders(nav: list, places: list[str]) -> list:
    """Replace each folder of the navigation, such as ``reference/``, by its pages."""
    filled = []
    for entry in nav:
        if isinstance(entry, dict):
            [(title, inside)] = entry.items()
            filled.append({title: fill_folders(inside, places) if isinstance(inside, list) else inside})
        elif entry.endswith("/"):
            filled += [place for place in places if place.startswith(entry) and place != f"{entry}index.md"]
        else:
            filled.append(entry)
    return filled


def main() -> int:
    """Build the site, and print the path of its first page."""
    config = write_config(write_pages())
    done = subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict", "-f", config],
        env={**os.environ, "PYTHONPATH": str(HERE), "NO_COLOR": "1"},  # for docstrings.py
        check=False,
    )
    if done.returncode == 0:
        serve_worker(BUILD / "site")
        sys.stdout.write(f"{BUILD / 'site' / 'index.html'}\n")
    return done.returncode


def serve_worker(site: Path) -> None:
    """Let all pages load `worker.js` of their own site, in place of the script that Zensical loads from the network."""
    for page in site.rglob("*.html"):
        text = page.read_text()
        own = relpath(site / "site" / "worker.js", page.parent)
        page.write_text(text.replace("https://unpkg.com/iframe-worker/shim", own))


if __name__ == "__main__":
    sys.exit(main())
