"""What is pinned, and what a built wheel holds and does without a clone."""

import json
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from romekit.cli.tutorials import MANIFEST
from tests.pinned import PYPROJECT, ROOT, UV, versions

#: The notebooks, and the pages that lie beside them.
LESSONS = {file.name for file in (ROOT / "notebooks").iterdir() if file.suffix in (".ipynb", ".md")}
MADE_BY_UV = (distribution("romekit").read_text("INSTALLER") or "").strip() == "uv"


@pytest.mark.skipif(not MADE_BY_UV, reason="pip installed this environment, and pip does not read uv's pins")
def test_what_is_installed_here_is_what_is_pinned():
    pins = versions(UV["constraint-dependencies"])
    ours = {"romekit"} | set(UV["exclude-dependencies"])
    installed = {canonicalize_name(dist.name): dist.version for dist in distributions()}
    assert [name for name, version in installed.items() if name not in ours and pins.get(name) != version] == []


def test_everything_we_ask_for_is_pinned_within_the_range_we_ask_for():
    asked = [PYPROJECT["project"]["dependencies"], *PYPROJECT["project"]["optional-dependencies"].values()]
    asked += PYPROJECT["dependency-groups"].values()
    pins = versions(UV["constraint-dependencies"])
    for line in (line for lines in asked for line in lines if isinstance(line, str)):
        wanted = Requirement(line)
        assert wanted.specifier.contains(pins[canonicalize_name(wanted.name)]), line


def test_what_builds_romekit_is_pinned_to_the_same_versions():
    build = versions(UV["build-constraint-dependencies"])
    assert build.items() <= versions(UV["constraint-dependencies"]).items()
    assert {canonicalize_name(Requirement(line).name) for line in PYPROJECT["build-system"]["requires"]} <= set(build)


def test_every_pin_is_one_exact_version_and_no_place_to_get_it_is_committed():
    lines = UV["constraint-dependencies"] + UV["build-constraint-dependencies"]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; .+)?", line)] == []
    assert not {"index", "index-url", "extra-index-url", "find-links", "sources"} & set(UV)
    assert subprocess.run(["git", "check-ignore", "-q", "uv.lock"], cwd=ROOT, check=False).returncode == 0


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The built wheel."""
    target = tmp_path_factory.mktemp("dist")
    line = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True)
    (built,) = target.glob("romekit-*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_every_file_of_the_package_every_notebook_and_what_turns_off_jupyters_news(wheel):
    found = [file for file in (ROOT / "romekit").rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    files = {file.relative_to(ROOT).as_posix() for file in found}
    assert "romekit/py.typed" in files
    assert files <= set(wheel.namelist())
    there = {Path(name).name for name in wheel.namelist() if name.startswith("romekit/notebooks/")}
    assert there == LESSONS
    place = "/share/jupyter/lab/settings/overrides.d/romekit.json"
    (name,) = (name for name in wheel.namelist() if name.endswith(place))
    settings = json.loads(wheel.read(name))["@jupyterlab/apputils-extension:notification"]
    assert settings == {"fetchNews": "false", "checkForUpdates": False}


def test_installed_without_a_clone_the_notebooks_are_copied_here(wheel, tmp_path):
    wheel.extractall(tmp_path / "site-packages")
    here = tmp_path / "here"
    here.mkdir()
    code = "import romekit.cli.tutorials as t; from pathlib import Path; print(t.__file__); t.tutorials(Path.cwd())"
    environ = os.environ | {"PYTHONPATH": str(tmp_path / "site-packages")}
    said = subprocess.check_output([sys.executable, "-P", "-c", code], cwd=here, env=environ, text=True)
    assert said.startswith(str(tmp_path))
    assert {file.name for file in (here / "notebooks").iterdir()} == LESSONS | {MANIFEST}
