"""A judge is a program that knows nothing of romekit. It is started here, its code approved, and its report read."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.serving import DIRECT, approve

CLIENTS = Path(__file__).parent / "clients"
PATIENCE = 180


def report_of(
    *program: str,
    address: str,
    person: str = "alex@romekit.example",
    verify: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What a client program reports of its journey: the last line it prints, as JSON.

    The first line names a code and a page; the person approves there, as in a browser that trusts `verify`.
    """
    line, env = [*program, address], {**DIRECT, **(environment or {})}
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=CLIENTS, env=env
    ) as client:
        assert client.stdout is not None
        first = client.stdout.readline()
        if first.startswith("{"):
            asked = json.loads(first)
            assert "You are signed in" in approve(asked["verification_uri"], asked["user_code"], person, verify)
        said, complaints = client.communicate(timeout=PATIENCE)
    assert client.returncode == 0, f"{first}{said}{complaints}"
    return json.loads(said.splitlines()[-1])
