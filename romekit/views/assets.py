"""The scripts and styles of our widgets, which come with the package: nothing is fetched from a network."""

from __future__ import annotations

from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"

TEXT: Final = "font-size:var(--jp-ui-font-size1, 13px);line-height:1.5;"
CODE: Final = (
    "font-family:var(--jp-code-font-family, monospace);font-size:var(--jp-code-font-size, 13px);line-height:1.35;"
    "white-space:pre-wrap;overflow-wrap:anywhere;margin:0;padding:8px;max-width:52em;"
    "background:var(--jp-layout-color2, #f0f0f0);color:var(--jp-content-font-color1, #1f1f1f);"
)


def asset(*names: str) -> str:
    """Files of static/ one after the other, as one module or one style sheet."""
    return "\n".join((STATIC / name).read_text("utf-8") for name in names)
