"""JupyterHub with one romekit for the class: the hub starts it, every student's notebook server talks to it.

Works as it stands on one machine. Who may log in and where students' servers run is yours to choose at the end.
"""

import os
import sys

c = get_config()  # noqa: F821 (JupyterHub puts it there)

# ── yours to change ─────────────────────────────────────────────────────────────────────────────────────────────────
PUBLIC = os.environ.get("HUB_PUBLIC_URL", "https://hub.school.example")  # what people type, without a slash at its end
CLASS = os.environ.get("ROMEKIT_CLASS", "Physics 9")
CODE = os.environ.get("ROMEKIT_CLASS_CODE", "")  # empty: romekit makes one and shows it on the teacher's page
STATE = os.environ.get("ROMEKIT_STATE", "/var/lib/jupyterhub/romekit")  # belongs to whoever runs the hub, mode 0700
PORT = os.environ.get("ROMEKIT_PORT", "10101")

# ── romekit, at PUBLIC/services/romekit ─────────────────────────────────────────────────────────────────────────────
here = f"http://127.0.0.1:{PORT}"
code = ["--class-code", CODE] if CODE else []
c.JupyterHub.services = [
    {
        "name": "romekit",
        "url": here,
        "command": [
            *(sys.executable, "-m", "romekit", "serve", "--host", "127.0.0.1", "--port", PORT),
            *("--class", CLASS, *code, "--admin-secret-file", f"{STATE}/admin.secret"),
            *("--public-url", f"{PUBLIC}/services/romekit", "--behind-proxy", "127.0.0.1"),
        ],
        "environment": {"ROMEKIT_STORE": f"sqlite:///{STATE}/rome.db"},
    }
]

# In a notebook `rome = romekit.join()` is all: server and code are found here, and the name is that of the hub.
c.Spawner.environment = {"ROMEKIT_SERVER": here, **({"ROMEKIT_CLASS_CODE": CODE} if CODE else {})}
# Students' servers that run elsewhere (containers, other machines) go through the proxy instead:
# c.Spawner.environment["ROMEKIT_SERVER"] = f"{PUBLIC}/services/romekit"

# ── yours to choose ─────────────────────────────────────────────────────────────────────────────────────────────────
# c.JupyterHub.authenticator_class = "native"   # or your school's
# c.JupyterHub.spawner_class = "systemd"        # or docker, kubernetes
# c.Authenticator.allow_all = True
