"""A notebook with widgets that is saved and opened again: alive with its kernel, readable where somebody else opens it.

Opened again where it was saved, with another kernel, ipywidgets itself shows "Error displaying widget: model not found"
until the cell is run: Lab trusts the file then and prefers the widget. Saving the widgets' state would mend that and
leave exported pages blank without a network, so it is not done.
"""

import nbformat
from playwright.sync_api import expect

from tests.browser.chromium import shot

CELLS = (
    "import romekit; from romekit import views; lab = romekit.Lab(pace=0); rome = lab.rome()",
    "form = views.launch_form(rome.devices(), rome.send); form",
)


def test_after_a_reload_a_form_works_as_long_as_its_kernel_lives(opened):
    notebook = opened(*CELLS)
    notebook.run(0, 1)
    notebook.save()
    form = notebook.reloaded().output(1)
    form.get_by_role("button", name="Send").click()
    form.get_by_text("completed: finished").wait_for()
    assert notebook.value("form.command.status") == "'completed'"


def test_somebody_else_who_opens_it_can_read_a_form_and_every_cell(opened, lab):
    """Lab takes a file that was not run here for untrusted, runs no script of it, and shows what is safe."""
    notebook = opened(*CELLS)
    notebook.run(0, 1)
    notebook.save()
    [saved] = lab.folder.glob("test_somebody_else*/notebook.ipynb")
    told = nbformat.read(saved, as_version=4)
    told.cells.append(nbformat.v4.new_markdown_cell("Look at this!"))
    again = opened(*told.cells)
    output = again.output(1)
    output.get_by_text("POST /beta/me/devices").first.wait_for()
    expect(output).to_contain_text("Alex's Surface")
    shot(again.page, "form_sent_to_somebody_else")
