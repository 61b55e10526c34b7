"""Small histories to look at: what happened to a few commands, second by second."""

from romekit.core.model import Device
from romekit.core.transition import Transition

NINE = 1598950800.0  # 2020-09-01T09:00:00Z

Step = tuple[float, str]


def told(
    number: int, steps: list[Step], *, device: str = "Alex's Surface", order: str = "open https://bing.com"
) -> list[Transition]:
    """The life of one command as [(seconds after nine, status), …]."""
    command = f"{number:064x}"
    before: str | None = None
    life = []
    for at, status in steps:
        life.append(
            Transition(
                command, number, f"id-{device}", device, order, NINE + at, before, status, "device", f"It is {status}."
            )
        )
        before = status
    return life


QUICK = told(1, [(0.0, "requesting"), (0.312, "sentToTarget"), (0.5, "executing"), (1.25, "completed")])
SLOW = told(
    2,
    [(1.0, "requesting"), (2.0, "sentToTarget"), (4.0, "executing"), (10.0, "completed")],
    device="Living Room Xbox",
    order="open romecast:play",
)
DROPPED = told(3, [(2.0, "requesting"), (2.5, "sentToTarget"), (3.0, "commandDropped")], device="Travel Laptop")
WAITING = told(4, [(3.0, "requesting"), (4.0, "sentToTarget")], device="Workshop Pi", order="call echo")
ALL = [*QUICK, *SLOW, *DROPPED, *WAITING]
STRANGE = told(5, [(0.0, "requesting"), (1.0, "teleporting"), (2.0, "completed")])

SURFACE = Device(
    "0cadb89a-f2f6-4f65-adde-00a34c99589d", "Alex's Surface", "Microsoft", "Surface Book", "Tablet", "Online", "Windows"
)
PHONE = Device("ab95d4bf-ab77-4217-af3c-deb3c8af8584", "Alex's Phone", "Google", None, "Phone", "Unknown", "Android")
HOSTILE = """<script>alert("1")</script> & 'co'"""
