"""What a client reports of its journey in Pyodide: the last line that it prints, as JSON."""

import json

import romekit
from romekit import views
from romekit.challenges import challenge
from romekit.lessons import checks

lab = romekit.Lab()
signing = lab.sign_in()
rome = await signing  # noqa: F704  # Pyodide awaits at the top, as a notebook does
sent = rome.launch("Surface", "https://bing.com").follow()
called = rome.call("Xbox", romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}).follow()


def endless(http, clock, token, location, deadline):
    while True:
        pass


def said(step):
    try:
        return str(step())
    except romekit.RomeError as error:
        return str(error)


report = {
    "account": rome.account,
    "launch": sent.status,
    "payload": called.payload(),
    "history": views.text_timeline(lab.history()),
    "pages": said(lab.pages),
    "table": said(lambda: len(views.history_table(lab.history())) > 5),
    "check": str(checks("start_here")(1, "completed", lab)),
    "challenge": str(challenge("poller").try_(endless, "calm", days=1)),
    "devices": [device.name for device in rome.devices()],
}
print(json.dumps(report))
