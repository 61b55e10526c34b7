"""The README is true: its example runs, its links lead somewhere, its commands exist."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from romekit.cli.main import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_ten_lines_print_what_they_say(capsys):
    code = blocks("python")[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    for said in re.findall(r"# (\{.*\})$", code, re.MULTILINE):
        assert said in printed
    assert "✓ completed" in printed


def test_the_two_commands_are_the_ones_that_are_checked():
    lab, tests = blocks("sh")
    assert lab.startswith("pip install uv && uv run romekit lab")
    assert tests.startswith("pip install uv && uv run pytest")
    assert "uv run pytest\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace(" >", "\n")


def test_every_command_it_names_exists():
    named = set(re.findall(r"`romekit ([a-z]+)`", README))
    assert named == {"lab", "demo", "serve", "export", "import"}
    for name in named:
        assert CliRunner().invoke(main, [name, "--help"], standalone_mode=False).exit_code == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page):
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_it_shows_every_tutorial_there_is():
    built = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert set(re.findall(r"notebooks/(\w+\.ipynb)\)", README)) == built
