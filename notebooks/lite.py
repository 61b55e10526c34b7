"""Build the tutorials as a static site that runs in a browser tab (JupyterLite):

    uv run --extra site python notebooks/lite.py OUT --pyodide FOLDER

FOLDER is an unpacked distribution of Pyodide: the whole one has numpy, pandas and cryptography; npm's `pyodide` has the
interpreter and the standard library only. Nothing is downloaded here, and the site fetches nothing from elsewhere.

romekit and all it needs become wheels of the versions that are installed here (pure Python), except what only the
distribution can have (WebAssembly). Each stands in pyodide-lock.json with its imports, so that `import romekit` in a
cell is what installs it: the kernel asks Pyodide for the imports of each cell, and no notebook needs `%pip`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from romekit.cli.tutorials import without_outputs

HERE: Final = Path(__file__).resolve().parent
#: What the page's kernel needs beside romekit, and what of all that JupyterLite brings by itself.
KERNEL: Final = ("comm", "ipython", "jedi", "packaging")
INSTALLER: Final = "micropip"
BROUGHT: Final = {"ipykernel", "jupyterlab-widgets", "widgetsnbextension", "pexpect", "psutil"}
#: What is compiled for speed only, and works without.
PURE_TOO: Final = {"markupsafe"}
#: What JupyterLab draws with, as folders below share/jupyter/labextensions.
EXTENSIONS: Final = (
    "@jupyter-widgets/jupyterlab-manager",
    "@jupyterlite/pyodide-kernel-extension",
    "anywidget",
    "jupyterlab-plotly",
)
PLATFORM: Final = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix"}
APPS: Final = ("lab", "notebooks")
Lock = dict[str, Any]


def needed(roots: Iterable[str], python: str) -> dict[str, list[str]]:
    """Every distribution that the roots need in a tab, with what each asks for in turn."""
    found: dict[str, list[str]] = {}
    where = {**default_environment(), **PLATFORM, "python_version": python, "python_full_version": f"{python}.0"}
    todo = [Requirement(root) for root in roots]
    while todo:
        wanted = todo.pop()
        name = canonicalize_name(wanted.name)
        if name in BROUGHT or (name in found and not wanted.extras):
            continue
        try:
            lines = [Requirement(line) for line in distribution(name).requires or []]
        except PackageNotFoundError:
            continue  # only on other platforms, or only in the distribution
        places = [{**where, "extra": extra} for extra in ("", *wanted.extras)]
        asked = [line for line in lines if line.marker is None or any(map(line.marker.evaluate, places))]
        found[name] = [*found.get(name, []), *(canonicalize_name(line.name) for line in asked)]
        todo += asked
    return found


def own_wheel(folder: Path) -> Path:
    """The wheel of this tree."""
    line = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(line, cwd=HERE.parent, check=True, capture_output=True)
    return next(folder.glob("romekit-*.whl"))


def pure_wheel(installed: Distribution, folder: Path) -> Path:
    """A distribution that is installed here as a wheel again, without what is compiled for this machine."""
    name = installed.name.replace("-", "_")
    wheel = folder / f"{name}-{installed.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as into:
        for file in installed.files or []:
            is_here = ".." not in file.parts and "__pycache__" not in file.parts and file.suffix not in (".so", ".pyd")
            if is_here and file.locate().is_file():
                into.write(str(file.locate()), file.as_posix())
    return wheel


def entry(wheel: Path, name: str, version: str, depends: list[str]) -> dict[str, Any]:
    """A wheel as an entry of pyodide-lock.json."""
    with zipfile.ZipFile(wheel) as opened:
        files = [file.split("/") for file in opened.namelist()]
    tops = {parts[0] for parts in files if len(parts) > 1 and parts[0].isidentifier() and parts[-1].endswith(".py")}
    tops |= {parts[0].removesuffix(".py") for parts in files if len(parts) == 1 and parts[0].endswith(".py")}
    place = {"file_name": wheel.name, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(), "install_dir": "site"}
    about = {"name": name, "version": version, "package_type": "package", "unvendored_tests": False}
    return {**place, **about, "depends": depends, "imports": sorted(tops)}


def packed(distribution_of_pyodide: Path, target: Path, more: Iterable[Path] = ()) -> None:
    """Pyodide with romekit and all it needs in `target`; `more` are wheels that stand in for what it lacks."""
    target.mkdir(parents=True)
    lock: Lock = json.loads((distribution_of_pyodide / "pyodide-lock.json").read_text())
    theirs = lock["packages"]
    ours: Lock = {INSTALLER: theirs[INSTALLER]}
    for name in ("pyodide.mjs", "pyodide.js", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"):
        shutil.copy(distribution_of_pyodide / name, target)
    python = ".".join(lock["info"]["python"].split(".")[:2])
    for name, depends in needed(("romekit", *KERNEL), python).items():
        installed, compiled = distribution(name), theirs.get(name, {}).get("file_name", "none-any")
        if "none-any" not in compiled and name not in PURE_TOO:
            if (distribution_of_pyodide / compiled).exists():
                ours |= _with_all_it_needs(name, theirs)
        elif name == "romekit":
            ours[name] = entry(own_wheel(target), name, installed.version, depends)
        else:
            ours[name] = entry(pure_wheel(installed, target), name, installed.version, depends)
    for wheel in more:
        made = entry(Path(shutil.copy(wheel, target)), canonicalize_name(wheel.name.split("-")[0]), "0", [])
        ours = {name: each for name, each in ours.items() if not set(each["imports"]) & set(made["imports"])}
        ours["romekit"]["depends"].append(made["name"])
        ours[made["name"]] = made
    for each in ours.values():
        each["depends"] = [name for name in dict.fromkeys(map(canonicalize_name, each["depends"])) if name in ours]
        if not (file := target / each["file_name"]).exists():
            shutil.copy(distribution_of_pyodide / each["file_name"], file)
        each["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()  # a registry's build of the same wheel will do
    (target / "pyodide-lock.json").write_text(json.dumps({**lock, "packages": ours}))


def _with_all_it_needs(name: str, theirs: Lock) -> Lock:
    """An entry of the distribution's own, and those it depends on."""
    found: Lock = {}
    todo = [name]
    while todo:
        each = todo.pop()
        if each not in found and each in theirs:
            found[each] = theirs[each]
            todo += theirs[each]["depends"]
    return found


def for_students(notebook: Path) -> str:
    """A lesson without outputs and with the page's own kernel, so that nobody is asked to select one."""
    lesson = json.loads(without_outputs(notebook.read_bytes()))
    lesson["metadata"]["kernelspec"] = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
    return json.dumps(lesson, ensure_ascii=False)


def build(out: Path, pyodide: Path, more: Iterable[Path] = ()) -> None:
    """The whole site in `out`."""
    work = out.with_name(f"{out.name}.work")
    for folder in (out, work):
        shutil.rmtree(folder, ignore_errors=True)
    packed(pyodide, work / "static" / "pyodide", more)
    shutil.copytree(HERE / "images", work / "files" / "images")
    for notebook in sorted(HERE.glob("*.ipynb")):
        (work / "files" / notebook.name).write_text(for_students(notebook), "utf-8")
    shared = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    options = {
        "ignore_sys_prefix": ["federated_extensions"],
        "federated_extensions": [str(shared / name) for name in EXTENSIONS],
        "apps": list(APPS),
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(out.resolve()),
    }
    (work / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": options}))
    # In a folder of its own: with the data base of an earlier build it would skip steps.
    subprocess.run([sys.executable, "-m", "jupyterlite_core", "build"], cwd=work, check=True)
    _configure(out / "jupyter-lite.json")
    shutil.rmtree(work)


def _configure(file: Path) -> None:
    site = json.loads(file.read_text())
    data = site["jupyter-config-data"]
    data |= {"appName": "romekit in a browser tab", "exposeAppInBrowser": True, "faviconUrl": "./favicon.ico"}
    kernel = data.setdefault("litePluginSettings", {}).setdefault("@jupyterlite/pyodide-kernel-extension:kernel", {})
    kernel["disablePyPIFallback"] = True
    file.write_text(json.dumps(site, indent=1))


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the folder of the site; it is written anew")
    parser.add_argument("--pyodide", type=Path, required=True, help="an unpacked distribution of Pyodide")
    given = parser.parse_args()
    build(given.out, given.pyodide)


if __name__ == "__main__":
    main()
