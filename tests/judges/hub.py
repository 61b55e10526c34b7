"""A real JupyterHub on this machine, with the configuration that the deployment page shows."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
from websocket import create_connection

from tests.judges.judge import found
from tests.pinned import ROOT
from tests.serving import DIRECT, free_ports

CONFIG = ROOT / "notebooks" / "guides" / "deploy" / "jupyterhub_config.py"
PROXY = "configurable-http-proxy@5"
SCOPES = ["admin:users", "admin:servers", "access:servers", "tokens"]
#: What the page leaves to whoever runs a hub: who may log in, where servers run, and on which ports.
OURS = """
import os
load_subconfig({config!r})
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {folder!r} + "/{{username}}"
c.Spawner.args = ["--allow-root", "--ServerApp.log_level=ERROR", "--LabApp.expose_app_in_browser=True"]
c.Spawner.environment.update({{"PATH": os.environ["PATH"]}})
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
c.JupyterHub.bind_url = {address!r}
c.JupyterHub.hub_port = {hub_port}
c.JupyterHub.cleanup_servers = True
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.services.append({{"name": "judge", "api_token": {token!r}}})
c.JupyterHub.load_roles = [{{"name": "judge", "services": ["judge"], "scopes": {scopes!r}}}]
"""


@dataclass
class Hub:
    """A hub that runs: its address, a token for its API, and the folder it keeps everything in."""

    address: str
    token: str
    folder: Path

    @property
    def romekit(self) -> str:
        return f"{self.address}/services/romekit"

    def start(self, student: str) -> None:
        """A notebook server for a student."""
        with self._http() as http:
            http.post(f"/hub/api/users/{student}").raise_for_status()
            http.post(f"/hub/api/users/{student}/server").raise_for_status()
            until(lambda: http.get(f"/hub/api/users/{student}").json()["servers"].get("", {}).get("ready"), 120)

    def run(self, student: str, code: str) -> str:
        """What a cell prints, in a kernel of the student's own server."""
        with self._http() as http:
            kernel = http.post(f"/user/{student}/api/kernels", json={"name": "python3"}).json()["id"]
        way = f"{self.address.replace('http', 'ws', 1)}/user/{student}/api/kernels/{kernel}/channels"
        channels = create_connection(way, header=[f"Authorization: token {self.token}"], timeout=90)
        try:
            return _printed(channels, code)
        finally:
            channels.close()

    def _http(self) -> httpx.Client:
        bearer = {"Authorization": f"token {self.token}"}
        return httpx.Client(base_url=self.address, headers=bearer, trust_env=False, timeout=90)


def _printed(channels: Any, code: str) -> str:
    asked = uuid4().hex
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    header = {"msg_id": asked, "msg_type": "execute_request", "username": "", "session": asked, "version": "5.3"}
    whole = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    channels.send(json.dumps(whole))
    said = ""
    while True:
        heard = json.loads(channels.recv())
        if heard["parent_header"].get("msg_id") != asked:
            continue
        match heard["msg_type"]:
            case "stream":
                said += heard["content"]["text"]
            case "error":
                raise AssertionError("\n".join(heard["content"]["traceback"]))
            case "status" if heard["content"]["execution_state"] == "idle":
                return said


@contextmanager
def running(folder: Path) -> Iterator[Hub]:
    """A hub, its proxy, and romekit as its service."""
    port, hub_port, api_port, own_port = free_ports(4)
    address, token = f"http://127.0.0.1:{port}", secrets.token_hex(16)
    config, proxy = str(CONFIG), the_proxy()
    places = {"folder": str(folder), "address": address, "hub_port": hub_port, "api_port": api_port}
    text = OURS.format(config=config, proxy=proxy, token=token, scopes=SCOPES, **places)
    (folder / "config.py").write_text(text)
    environment = {
        **DIRECT,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HUB_PUBLIC_URL": address,
        "ROMEKIT_CLASS_CODE": "WREN-42",
        "ROMEKIT_STATE": str(folder),
        "ROMEKIT_PORT": str(own_port),
    }
    line = [sys.executable, "-m", "jupyterhub", "-f", "config.py"]
    with (folder / "log").open("w") as log:
        hub = subprocess.Popen(line, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        until(lambda: answers(f"{address}/services/romekit/join"), 90, lambda: (folder / "log").read_text())
        yield Hub(address, token, folder)
    finally:
        hub.terminate()  # it stops its proxy, its service and every server
        try:
            hub.wait(30)
        except subprocess.TimeoutExpired:
            hub.kill()


def the_proxy() -> str:
    """The hub's proxy, installed by npm into a folder of its own; a skip that says so where there is no Node."""
    npm = found("npm", "ROMEKIT_REQUIRE_NODE", "no JupyterHub has judged the deployment page")
    room = Path(sys.prefix) / "hub-proxy"
    proxy = room / "node_modules" / ".bin" / "configurable-http-proxy"
    if not proxy.exists():
        room.mkdir(exist_ok=True)
        line = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(room), PROXY]
        subprocess.run(line, check=True, timeout=300)
    return str(proxy)


def answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def until(is_so: Any, seconds: float, why: Any = lambda: "") -> None:
    """Wait until something is so."""
    end = monotonic() + seconds
    while not is_so():
        assert monotonic() < end, f"not within {seconds} s: {why()}"
        sleep(0.2)
