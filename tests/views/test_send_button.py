from typing import Any

from romekit.views import Form, service_form
from romekit.views.form_widgets import Control
from tests.views.test_forms import DEVICES, RecordedSend


def typed(control: Control, value: object, edits: int) -> None:
    """What the page says of a control, when ipywidgets lets it."""
    control.set_state({"value": value, "edits": edits})


def clicked(form: Form, edits: dict[Control, int]) -> None:
    """A click on the page, on which the controls have come this far."""
    message: dict[str, Any] = {"edits": {control.model_id: count for control, count in edits.items()}}
    form.button._handle_custom_msg(message, [])
    form.wait()


def asking() -> tuple[Form, RecordedSend, Control]:
    """A form for the echo service, whose message has a field called request."""
    send = RecordedSend()
    form = service_form(DEVICES, send)
    form.known.value = "Echo"
    return form, send, form.fields["payload"].parts["request"]  # type: ignore[attr-defined]


def test_a_click_waits_for_all_that_the_page_shows_and_the_kernel_has_not_heard_and_is_done_once() -> None:
    form, send, request = asking()
    typed(request, "C", 1)
    clicked(form, {request: 4, form.device: 1})
    assert send.orders == []
    typed(request, "Ciao", 4)
    assert send.orders == []
    typed(form.device, "xbox-id", 1)
    form.wait()
    [(device, order)] = send.orders
    assert (device, order.payload) == ("xbox-id", {"request": "Ciao"})
    form._done_at = 0.0  # long ago: no second half of a double click
    typed(request, "Ciao!", 5)
    form.wait()
    assert len(send.orders) == 1


def test_a_page_that_was_loaded_again_and_controls_that_are_no_longer_there_are_not_waited_for() -> None:
    form, send, request = asking()
    clicked(form, {request: 7})
    clicked(form, {request: 0})
    assert len(send.orders) == 1
    form, send, request = asking()
    form.known.value = "Random number"
    clicked(form, {request: 3})
    assert len(send.orders) == 1
