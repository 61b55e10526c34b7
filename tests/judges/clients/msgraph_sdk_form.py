"""Runs the code a form shows for Microsoft's SDK: python msgraph_sdk_form.py FILE ADDRESS

FILE holds a JSON list of such codes. What is shown is the body of a coroutine that has a `client`. The first line
printed says which code a person has to approve where, the last one what the service answered to each order, as JSON.
"""

import ast
import asyncio
import json
import sys
from inspect import isawaitable
from pathlib import Path
from types import FunctionType
from typing import Any

from msgraph_beta import GraphServiceClient
from msgraph_sdk_client import COMMAND, SCOPES, as_seen, credential_at, say


async def run(code: str, client: GraphServiceClient) -> dict[str, Any]:
    """Run it as a notebook's cell would, with `await` at the top."""
    names: dict[str, Any] = {"client": client}
    compiled = compile(code, "shown", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    done = FunctionType(compiled, names)()
    if isawaitable(done):
        await done
    return as_seen(names["sent"], f"{COMMAND} payload")


async def main(codes: list[str], address: str) -> None:
    client = GraphServiceClient(credential_at(address), scopes=SCOPES)
    client.request_adapter.base_url = f"{address}/beta"
    say({"sent": [await run(code, client) for code in codes]})


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text("utf-8")), sys.argv[2]))
