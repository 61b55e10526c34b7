"""The copies of the notebooks that `romekit lab` puts into a folder when there is no clone."""

import nbformat
import pytest

from notebooks import build
from romekit.cli.tutorials import FIRST, MANIFEST, tutorials, unpack
from romekit.core.errors import RomeError


def names(folder):
    return {file.name for file in folder.iterdir()}


@pytest.fixture
def packaged(tmp_path):
    """An installed package with two notebooks."""
    folder = tmp_path / "site-packages" / "romekit" / "notebooks"
    folder.mkdir(parents=True)
    for name in (FIRST, "01_sign_in.ipynb"):
        (folder / name).write_text(f"{name} as released")
    return folder


@pytest.fixture
def here(tmp_path):
    """The folder a person is in."""
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def test_the_first_time_every_notebook_is_copied_and_copying_again_changes_no_file(packaged, here):
    assert unpack(packaged, here) == []
    assert (here / "01_sign_in.ipynb").read_text() == "01_sign_in.ipynb as released"
    before = {file.name: file.stat().st_mtime_ns for file in here.glob("*.ipynb")}
    unpack(packaged, here)
    assert before == {file.name: file.stat().st_mtime_ns for file in here.glob("*.ipynb")}
    assert names(here) == {MANIFEST, *before}


def test_a_copy_has_the_cells_of_a_lesson_and_none_of_its_outputs(here):
    unpack(build.HERE, here)
    for copy in here.glob("*.ipynb"):
        lesson, mine = (nbformat.read(path, as_version=4) for path in (build.HERE / copy.name, copy))
        assert [(cell.id, cell.source) for cell in mine.cells] == [(cell.id, cell.source) for cell in lesson.cells]
        assert [cell.outputs for cell in mine.cells if cell.get("outputs")] == []
        nbformat.validate(mine)


def test_an_untouched_copy_follows_the_installed_version_unless_the_memory_is_lost_or_broken(packaged, here):
    unpack(packaged, here)
    (packaged / FIRST).write_text("newer")
    assert unpack(packaged, here) == []
    assert (here / FIRST).read_text() == "newer"
    (here / MANIFEST).write_text("{")
    (packaged / FIRST).write_text("newest")
    assert unpack(packaged, here) == [FIRST]


@pytest.mark.parametrize("before", [True, False], ids=["a copy that was changed", "a file that was there before"])
def test_a_changed_notebook_is_named_and_kept_when_a_newer_version_comes_and_ever_after(packaged, here, before):
    if before:
        unpack(packaged, here)
    (here / FIRST).write_text("mine")
    assert unpack(packaged, here) == [FIRST]
    (packaged / FIRST).write_text("newer")
    assert unpack(packaged, here) == unpack(packaged, here) == [FIRST]
    assert (here / FIRST).read_text() == "mine"


def test_without_a_clone_the_packaged_notebooks_are_opened_from_here(packaged, here):
    assert tutorials(here, packaged.parent).root == here
    assert (here / "notebooks" / FIRST).exists()


def test_in_a_clone_its_notebooks_are_copied_to_where_git_does_not_look(packaged, here):
    (here / "romekit").mkdir()
    (here / "romekit" / "__init__.py").touch()
    (here / "notebooks").mkdir()
    (here / "notebooks" / FIRST).touch()
    assert tutorials(here, packaged.parent).root == here / "my-work"
    assert FIRST in names(here / "my-work" / "notebooks")
    assert names(here / "notebooks") == {FIRST}


def test_a_clone_installed_as_it_stands_is_found_from_anywhere(here, tmp_path):
    clone = tmp_path / "clone"
    (clone / "romekit").mkdir(parents=True)
    (clone / "romekit" / "__init__.py").touch()
    (clone / "notebooks").mkdir()
    (clone / "notebooks" / FIRST).touch()
    assert tutorials(here, clone / "romekit").root == clone / "my-work"


def test_a_folder_that_cannot_be_written_or_an_installation_without_notebooks_is_said_in_one_sentence(packaged, here):
    (here / "notebooks").write_text("a file where the folder should be")
    for place, said in ((packaged.parent, "could not be copied"), (here / "romekit", "has no notebooks")):
        with pytest.raises(RomeError, match=said):
            tutorials(here, place)
