"""JavaScript clients from their registry: installed once into a folder of this machine, and never committed."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.judges.judge import found

SOURCES = Path(__file__).parent / "clients" / "js"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "romekit-judges"
#: What a page loads of msal-browser, below `node_modules`.
SCRIPTS = (
    "@azure/msal-browser/lib/msal-browser.min.js",
    "@azure/msal-browser/lib/redirect-bridge/msal-redirect-bridge.min.js",
)


def clients() -> Path:
    """A folder with the JavaScript clients and what they import; a failure in words where that cannot be had."""
    folder = installed(SOURCES)
    for script in SCRIPTS:
        shutil.copy(folder / "node_modules" / script, folder)
    return folder


def installed(sources: Path) -> Path:
    """A folder of this machine with these files, and what their package.json asks for."""
    npm = found("npm", "ROMEKIT_REQUIRE_NODE", "no JavaScript client has judged")
    package = (sources / "package.json").read_bytes()
    folder = CACHE / hashlib.sha256(package).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    for source in filter(Path.is_file, sources.iterdir()):
        shutil.copy(source, folder)
    if not (folder / "installed").exists():
        line = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
        done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, f"npm could not install the clients: {done.stderr[-500:]}"
        (folder / "installed").touch()
    return folder
