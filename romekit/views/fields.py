"""The controls of a form: each with a label, a tooltip, a class to find it by, and room for a message under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from ipywidgets import HTML, Combobox, Dropdown, Layout, Text, Textarea, VBox

from romekit.errors import BadInput, RomeError
from romekit.model import Device

LABEL: Final = "9.5em"
UNDER: Final = f"0 0 4px calc({LABEL} + 8px)"
#: Red beside the words and not in them: no red of JupyterLab's is readable as text on light and on dark.
ALARM: Final = (
    "border-left:4px solid var(--jp-error-color1, #d32f2f);padding-left:8px;"
    "font-size:var(--jp-ui-font-size1, 13px);line-height:1.4;"
)


@dataclass(frozen=True, slots=True)
class Field:
    """A control, the check that what it holds can be sent, and the message shown under it when it cannot."""

    name: str
    control: Any
    check: Callable[[], object]
    message: HTML = field(
        default_factory=lambda: HTML(layout=Layout(display="none", margin=f"0 0 4px calc({LABEL} + 8px)"))
    )

    def __post_init__(self) -> None:
        self.control.add_class(f"rk-{self.name.replace('_', '-')}")
        self.message.add_class(f"rk-{self.name.replace('_', '-')}-message")

    def problem(self) -> BadInput | None:
        """What is wrong with it, if anything."""
        try:
            self.check()
        except BadInput as error:
            return error
        return None

    def complain(self, problem: BadInput | None) -> None:
        """Show a problem under the control, or nothing."""
        self.message.value = "" if problem is None else alarm(problem)
        self.message.layout.display = "none" if problem is None else "block"

    @property
    def is_complaining(self) -> bool:
        return bool(self.message.value)

    def as_box(self) -> VBox:
        """The control with its message under it."""
        return VBox([self.control, self.message], layout=Layout(overflow="visible"))


def alarm(error: RomeError) -> str:
    """An error with its hint, for people who see and for people who listen."""
    return f'<div role="alert" style="{ALARM}"><b>{escape(error.message)}</b> {escape(error.hint)}</div>'


def _worded(label: str, tooltip: str) -> dict[str, Any]:
    return {
        "description": label,
        "tooltip": tooltip,
        "style": {"description_width": LABEL},
        "layout": Layout(width="100%", max_width="46em"),
    }


def choice(label: str, tooltip: str, options: Mapping[str, str] | Iterable[str]) -> Dropdown:
    """One of a list."""
    listed = list(options.items()) if isinstance(options, Mapping) else list(options)
    return Dropdown(options=listed, **_worded(label, tooltip))


def line(label: str, tooltip: str, value: str = "", *, suggestions: Iterable[str] = ()) -> Text:
    """A line of text, perhaps with suggestions."""
    listed = tuple(suggestions)
    if listed:
        return Combobox(value=value, options=listed, ensure_option=False, **_worded(label, tooltip))
    return Text(value=value, **_worded(label, tooltip))


def lines(label: str, tooltip: str, value: str = "", *, rows: int = 5) -> Textarea:
    """Several lines of text."""
    control = Textarea(value=value, rows=rows, **_worded(label, tooltip))
    control.layout.height = "auto"
    return control


def device_labels(devices: Mapping[str, str] | Iterable[Device]) -> dict[str, str]:
    """What to call each device -> its id. Without a name it is its model or platform, as in Microsoft's own apps."""
    if isinstance(devices, Mapping):
        return dict(devices)
    labels: dict[str, str] = {}
    for device in devices:
        label = device.name or device.model or f"{device.platform or 'Unknown'} Device"
        labels[f"{label} ({device.id})" if label in labels else label] = device.id
    return labels


def check_device(device: str | None) -> str:
    """The id of the chosen device, or BadInput when there is none."""
    if not device:
        raise BadInput("No device is chosen.", field="device", hint="Choose one; if there is none, sign in again.")
    return device
