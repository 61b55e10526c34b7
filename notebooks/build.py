"""Build the notebooks from their sources: `uv run python notebooks/build.py [--check] [names…]`.

A source is a jupytext percent file, notebooks/sources/NN_name.py: text that is easy to write, review and lint. Building
runs it in a fresh kernel and writes notebooks/NN_name.ipynb with its outputs, since that is what people read on GitHub
and Binder and what nbval compares. Everything that would differ from one run or machine to the next is left out, so
that a rebuild of the same source is the same file, byte for byte; `--check` builds beside and says, one line each,
where that is not so.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
AT_ONCE = 2
MAY_RAISE = "raises-exception"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
LIVE = "application/vnd.jupyter.widget-view+json"  # a random id of a model that dies with the kernel
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
NEW: dict[str, Callable[..., Any]] = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}

Notebook = Any  # nbformat ships no types


class Unfit(Exception):
    """A notebook that may not be written; each line says which cell and why."""


def read(source: Path) -> Notebook:
    """The notebook a source describes, not run yet, with ids that say where a cell stands."""
    draft = jupytext.read(source, fmt="py:percent")
    cells = []
    for number, cell in enumerate(draft.cells):
        new = NEW[cell.cell_type]
        tags = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        cells.append(new(cell.source, metadata=tags, id=f"{source.stem}-{number:02}"))
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA, nbformat_minor=5)


async def run(notebook: Notebook) -> None:
    """Run every cell in a fresh kernel, in notebooks/, and keep the outputs."""
    client = NotebookClient(
        notebook,
        allow_errors=True,  # complaints() judges them, all at once
        coalesce_streams=True,
        record_timing=False,
        resources={"metadata": {"path": str(HERE)}},
        store_widget_state=False,
        timeout=60,
    )
    await client.async_execute(env=os.environ | {"ROMEKIT_PACE": "0"}, stderr=subprocess.DEVNULL)  # it logs its ports


def tidy(notebook: Notebook) -> Notebook:
    """Leave out what belongs to this run or this machine."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.traceback = [frame for frame in output.traceback if not is_elsewhere(frame)]
            output.get("data", {}).pop(LIVE, None)
    return notebook


def is_elsewhere(frame: str) -> bool:
    """Is this frame of a traceback outside the notebook? It names a file of this machine then."""
    return COLOURS.sub("", frame).startswith("File ")


def complaints(notebook: Notebook) -> Iterator[str]:
    """Why this notebook may not be written. After a failure the rest follows from it and is not told."""
    for number, cell in enumerate(notebook.cells):
        errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
        expected = MAY_RAISE in cell.metadata.get("tags", [])
        if errors and not expected:
            yield f"cell {number} failed: {errors[0].ename}: {errors[0].evalue}"
            return
        if expected and not errors:
            yield f"cell {number} is tagged {MAY_RAISE} and raised nothing"
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                yield f"cell {number} wrote to stderr: {output.text.strip().splitlines()[-1]}"


async def build(source: Path) -> str:
    """The text of the built notebook. Raises Unfit."""
    notebook = read(source)
    await run(notebook)
    wrong = list(complaints(tidy(notebook)))
    if wrong:
        raise Unfit("\n".join(f"{source.stem}: {line}" for line in wrong))
    text: str = nbformat.writes(notebook)
    return text + "\n"


def differences(name: str, committed: str, rebuilt: str) -> Iterator[str]:
    """Where two texts of one notebook differ, a line each."""
    before, after = (nbformat.reads(text, as_version=4) for text in (committed, rebuilt))
    if len(before.cells) != len(after.cells):
        yield f"{name}: {len(before.cells)} cells are committed, {len(after.cells)} were built"
    for number, (old, new) in enumerate(zip(before.cells, after.cells, strict=False)):
        keys = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
        if keys:
            yield f"{name}: cell {number} differs in {', '.join(keys)}"
    if committed != rebuilt and before.cells == after.cells:
        yield f"{name}: the file differs outside its cells"


def settle(source: Path, rebuilt: str, *, check: bool) -> list[str]:
    """Write what was built, or say how it differs from what is committed."""
    target = HERE / f"{source.stem}.ipynb"
    if not check:
        target.write_text(rebuilt, encoding="utf-8")
        return []
    if not target.exists():
        return [f"{source.stem}: never built"]
    return list(differences(source.stem, target.read_text(encoding="utf-8"), rebuilt))


async def each(sources: list[Path], *, check: bool) -> list[str]:
    """Build them, two at a time; returns what is wrong."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(source: Path) -> list[str]:
        async with places:
            try:
                found = settle(source, await build(source), check=check)
            except Unfit as unfit:
                found = str(unfit).splitlines()
        if not found:
            print(f"{source.stem}: {'as committed' if check else 'built'}")
        return found

    return [line for found in await asyncio.gather(*map(one, sources)) for line in found]


def main(arguments: list[str] | None = None) -> int:
    """The command; returns 1 when something is wrong."""
    parser = argparse.ArgumentParser(description="Build the notebooks from notebooks/sources.")
    parser.add_argument("names", nargs="*", help="only these, for example 02_devices (default: all)")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a rebuild differs")
    asked = parser.parse_args(arguments)
    known = {source.stem: source for source in sorted(SOURCES.glob("*.py"))}
    wanted = [Path(name).stem for name in asked.names] or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        parser.error(f"no source is called {', '.join(unknown)}; there are: {', '.join(known) or 'none'}")
    wrong = asyncio.run(each([known[name] for name in wanted], check=asked.check))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
