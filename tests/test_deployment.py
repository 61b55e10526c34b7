"""The deployment page shows the files it talks about, and they are what it says. (tests/judges runs the hub.)"""

import ast
import re
import shutil
import subprocess

import pytest
from click.testing import CliRunner

from romekit.cli.main import main
from romekit.cloud.classroom.teacher import ACTIONS
from romekit.cloud.engine.classroom.state import MEANING
from tests.pinned import ROOT

GUIDES = ROOT / "notebooks" / "guides"
PAGE = (GUIDES / "deployment.md").read_text(encoding="utf-8")
FILES = sorted((GUIDES / "deploy").iterdir())
SERVICE = GUIDES / "deploy" / "romekit.service"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_page_shows_every_file_as_it_is(file):
    assert f"\n{file.read_text(encoding='utf-8')}```" in PAGE
    assert f"(deploy/{file.name})" in PAGE


def test_every_option_that_is_shown_exists_every_quota_and_button_is_explained_and_links_lead_somewhere():
    known = set(re.findall(r"--[a-z-]+", CliRunner().invoke(main, ["serve", "--help"]).output)) | {"--now"}
    shown = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE))
    assert shown - known == set()
    assert [name for name in MEANING if f"`{name}" not in PAGE and f"{name}=" not in PAGE] == []
    assert len(ACTIONS) == 9, "a new button: say on the page what it does"
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", PAGE):
        assert (GUIDES / target).exists(), target


def test_the_hubs_configuration_is_python():
    tree = ast.parse((GUIDES / "deploy" / "jupyterhub_config.py").read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert "get_config" in names, "the hub hands `c` over so"


def test_systemd_takes_the_unit_and_finds_it_well_locked(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here, so nobody has looked at the unit")
    unit = tmp_path / "romekit.service"
    unit.write_text(SERVICE.read_text(encoding="utf-8").replace("/opt/romekit/bin/romekit", "/bin/true"))
    looked = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (looked.returncode, looked.stderr) == (0, "")
    line = [analyze, "security", "--offline=true", str(unit)]
    rated = subprocess.run(line, capture_output=True, text=True, check=False)
    if "Overall exposure level" in rated.stdout:  # older ones cannot rate a file
        assert float(re.search(r"level for \S+: ([\d.]+)", rated.stdout)[1]) < 2.5
