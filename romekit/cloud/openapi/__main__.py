"""`python -m romekit.cloud.openapi` writes the contract that lies in the package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from romekit.cloud.openapi.document import as_text
from romekit.core.model import MODERN

FILE: Final = Path(__file__).parent.parent / "openapi.json"

if __name__ == "__main__":
    FILE.write_text(as_text(MODERN), encoding="utf-8", newline="\n")
