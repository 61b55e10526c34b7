"""Small files that only their owner can read: there as a whole or not at all, however many make them at once."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def made_once(file: Path, text: str) -> bool:
    """Make the file unless it is there already; whether it was made. OSError leaves nothing behind."""
    beside = _written_beside(file, text)
    try:
        os.link(beside, file)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if file.exists():
            return False
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    return True


def put(file: Path, text: str) -> None:
    """Make the file, or put another in its place. OSError leaves what was there."""
    beside = _written_beside(file, text)
    try:
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def others_can_read(file: Path) -> bool:
    """Whether other users of this machine can read the file; where files have no such modes, no."""
    return os.name == "posix" and file.exists() and bool(file.stat().st_mode & 0o077)


def _written_beside(file: Path, text: str) -> Path:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # mode 0600
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as part:
            part.write(text)
            part.flush()
            os.fsync(part.fileno())
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return beside
