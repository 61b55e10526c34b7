"""Binder, without Docker: repo2docker renders what it would build, and the pins are held against ours."""

import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.pinned import BINDER, ON_BINDER, PYPROJECT, ROOT, UV, versions

FIRST = "/lab/tree/notebooks/00_start_here.ipynb"


@pytest.fixture(scope="module")
def recipe():
    """The Dockerfile repo2docker writes for this repository."""
    app = pytest.importorskip("repo2docker", reason="repo2docker is for developers").Repo2Docker()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for kind in app.buildpacks:
            pack = kind(app.base_image)
            if pack.detect():
                pack.platform = "linux/amd64"
                return pack.render(build_args={})
    raise AssertionError("repo2docker does not know what to do with this repository")


def test_binder_has_our_python_installs_the_pins_before_it_copies_the_repository_and_starts_through_our_script(recipe):
    assert "environment.py-3.11" in recipe or "py-2d3-2e11-2d" in recipe
    assert (ROOT / "binder" / "runtime.txt").read_text() == "python-3.11\n"
    install = recipe.index('/bin/pip install --no-cache-dir -r "binder/requirements.txt"')
    assert install < recipe.index(" src/ ${REPO_DIR}/") < recipe.index("RUN ./binder/postBuild")
    assert 'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in recipe
    assert recipe.rstrip().endswith('CMD ["jupyter", "notebook", "--ip", "0.0.0.0"]')


def test_the_start_script_gives_kernels_the_pace_of_a_person_and_passes_the_command_on():
    line = ["bash", ROOT / "binder" / "start", "bash", "-c", 'echo "$ROMEKIT_PACE $1"', "-", "two words"]
    assert subprocess.check_output(line, text=True) == "1 two words\n"


def test_what_runs_after_the_pins_resolves_nothing_takes_out_what_uv_leaves_out_and_opens_the_first_notebook():
    script = (ROOT / "binder" / "postBuild").read_text()
    assert "--no-deps --no-build-isolation --editable ." in script
    assert re.findall(r'"default_url": "(.*)"', script) == [FIRST] * 3
    assert (ROOT / "notebooks" / FIRST.rpartition("/")[2]).exists()
    subprocess.run(["bash", "-n", ROOT / "binder" / "postBuild"], check=True)
    assert re.findall(r"pip uninstall --yes (.*)", script) == UV["exclude-dependencies"]


def test_the_notebooks_on_binder_do_not_answer_their_bets(tmp_path):
    script = (ROOT / "binder" / "postBuild").read_text()
    code = re.search(r"(?ms)<<'PYTHON'\n(.*?)^PYTHON$", script)[1]
    copy = tmp_path / "00.ipynb"
    copy.write_bytes((ROOT / "notebooks" / FIRST.rpartition("/")[2]).read_bytes())
    subprocess.run([sys.executable, "-", copy], input=code, text=True, check=True)
    cells = [cell for cell in json.loads(copy.read_text())["cells"] if cell["cell_type"] == "code"]
    assert [cell for cell in cells if cell["outputs"] or cell["execution_count"]] == []
    assert cells


def test_binders_pins_are_our_pins_and_name_whatever_romekit_needs_directly_or_not():
    assert set(BINDER) <= set(UV["constraint-dependencies"])
    missing = needed() - set(versions(BINDER, **ON_BINDER))
    assert missing == set(), "run .ci/pins"


def needed() -> set[str]:
    """Every distribution that romekit and the group `binder` need, on Binder's Python."""
    groups = PYPROJECT["dependency-groups"]
    lines = PYPROJECT["project"]["dependencies"] + groups["build"]
    todo = [Requirement(line) for line in [*lines, *(line for line in groups["binder"] if isinstance(line, str))]]
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        wanted = todo.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key not in seen:
            seen.add(key)
            todo += asked_by(wanted)
    return {name for name, _ in seen}


def asked_by(wanted: Requirement) -> list[Requirement]:
    """What a distribution asks for in turn; one that is only on Binder is not here to be asked."""
    try:
        lines = [Requirement(line) for line in requires(wanted.name) or []]
    except PackageNotFoundError:
        return []
    places = [{**default_environment(), **ON_BINDER, "extra": extra} for extra in ("", *wanted.extras)]
    return [line for line in lines if line.marker is None or any(line.marker.evaluate(place) for place in places)]
