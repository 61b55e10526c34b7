"""A Lab's identity provider behind a wire that can have bad moments, and MSAL in front of it."""

from collections.abc import Callable
from typing import Any

import httpx

from romekit.auth.device_code import SignIn
from romekit.auth.http import login_client
from romekit.auth.session import application
from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.endpoints import EMBEDDED
from romekit.lab.lab import Lab

TOKEN = "/consumers/oauth2/v2.0/token"


class Wire(httpx.BaseTransport):
    """Remembers what went over it. What is put into `trouble` happens, in turn, instead of an answer."""

    def __init__(self, lab: Lab) -> None:
        self._door = InProcessTransport(lab.stub.app)
        self.asked: list[httpx.Request] = []
        self.trouble: list[Exception | httpx.Response] = []
        self.before: Callable[[], None] = lambda: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        self.before()
        answer = self.trouble.pop(0) if self.trouble else self._door.handle_request(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def polls(self) -> int:
        """How often tokens were asked for."""
        return [request.url.path for request in self.asked].count(TOKEN)


class Provider:
    """A Lab, the wire to it, and sign-ins over that wire."""

    def __init__(self) -> None:
        self.lab = Lab()
        self.wire = Wire(self.lab)
        self.clock = self.lab.clock

    def app(self) -> Any:
        return application(EMBEDDED, login_client(EMBEDDED, self.wire))

    def sign_in(self, app: Any = None, **options: Any) -> SignIn:
        return SignIn(app or self.app(), EMBEDDED, self.clock, **options)

    def approve(self, signing: SignIn) -> None:
        self.lab.stub.identity.approve(signing.user_code, self.lab.person.upn)

    def session(self) -> Any:
        signing = self.sign_in()
        self.approve(signing)
        return signing.result()
