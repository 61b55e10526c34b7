"""A token that somebody else got."""


class Given:
    """What Rome asks for tokens."""

    account = "alex@romekit.example"

    def __init__(self, token):
        self._token = token

    def token(self, *, refused=""):
        return self._token
