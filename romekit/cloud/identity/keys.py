"""A cloud's keys, the same for all servers of one store, also after a restart.

They are in the store as events of a stream of their own, sealed with a secret that is not in it. The newest counts; a
server that makes new ones appends them, and every other hears of it as it hears of everything else. `root` never
changes: what has to outlast a rotation, like the secrets that updates are signed with, is made of it.

cryptography and PyJWT cost 80 ms to import and an RSA key 35 ms to make, so both wait until they are needed.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast

from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity.events import KEYS, KeysSealed
from romekit.cloud.store.contract import Conflict, Store, StoreRefused
from romekit.core.clock import Clock

if TYPE_CHECKING:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SALT: Final = 16


class SigningKey:
    """One RSA-2048 key: that of a PEM text, or a new one."""

    def __init__(self, pem: bytes | None = None) -> None:
        self._lock = Lock()
        self._pem = pem
        self._made: RSAPrivateKey | None = None

    @property
    def _key(self) -> RSAPrivateKey:
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        with self._lock:
            if self._made is None and self._pem:
                self._made = cast(rsa.RSAPrivateKey, load_pem_private_key(self._pem, None))  # all we ever write
            elif self._made is None:
                self._made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            return self._made

    def as_pem(self) -> bytes:
        """The whole key, to be kept sealed and nowhere else."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, claims: dict[str, Any]) -> str:
        import jwt

        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._public["kid"]})

    def as_jwk(self, issuer: str) -> dict[str, Any]:
        return {**self._public, "issuer": issuer}

    @cached_property
    def _public(self) -> dict[str, Any]:
        from jwt.algorithms import RSAAlgorithm

        jwk = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        kid = base64url(sha256(jwk["n"].encode()).digest())[:27]
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": jwk["n"], "e": jwk["e"]}


def base64url(raw: bytes) -> str:
    """The base64 of web tokens, without padding (RFC 7515, 2)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Keys:
    """What access tokens are sealed with, what id tokens are signed with, and what the rest is made of."""

    sealing: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    signing: SigningKey = field(default_factory=SigningKey, repr=False)
    root: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)


class KeyRing:
    """The newest keys in a store. `changed` is called whenever there are newer ones."""

    def __init__(self, store: Store, clock: Clock, secret: bytes, changed: Callable[[Keys], object]) -> None:
        self._store, self._clock, self._secret, self._changed = store, clock, secret, changed
        self._read = 0
        self.keys = self._newest() or self._made(Keys())
        store.changes(KEYS, self._hear)

    def rotate(self) -> None:
        """New keys; what was sealed or signed with the old ones is refused from now on, by all servers."""
        self._use(self._made(Keys(root=self.keys.root)))

    def _newest(self) -> Keys | None:
        events = self._store.read(KEYS)
        self._read = len(events)
        last = events[-1] if events else None
        return _opened(last.sealed, self._secret) if isinstance(last, KeysSealed) else None

    def _made(self, keys: Keys) -> Keys:
        event = KeysSealed(at=self._clock.now(), sealed=_sealed(keys, self._secret))
        try:
            self._store.append(KEYS, self._read, [event]).wait()
        except Conflict:
            return self._newest() or self._made(keys)
        self._read += 1
        return keys

    def _hear(self, at: int, events: Sequence[Event]) -> None:
        if at + len(events) > self._read and isinstance(events[-1], KeysSealed):
            self._read = at + len(events)
            self._use(_opened(events[-1].sealed, self._secret))

    def _use(self, keys: Keys) -> None:
        self.keys = keys
        self._changed(keys)


def _sealed(keys: Keys, secret: bytes) -> str:
    salt = secrets.token_bytes(SALT)
    said = {
        "sealing": b64encode(keys.sealing).decode(),
        "signing": keys.signing.as_pem().decode(),
        "root": b64encode(keys.root).decode(),
    }
    return (b64encode(salt) + b"." + _box(secret, salt).encrypt(json.dumps(said).encode())).decode()


def _opened(sealed: str, secret: bytes) -> Keys:
    from cryptography.fernet import InvalidToken

    salt, _, box = sealed.partition(".")
    try:
        said = json.loads(_box(secret, b64decode(salt)).decrypt(box.encode()))
    except InvalidToken:
        lost = "If that is lost, `romekit export` and `romekit import` into a new store keep everything but the keys"
        hint = f"Give the secret it was made with. {lost}; then people sign in anew."
        raise StoreRefused("The keys in this store were sealed with another secret.", hint=hint) from None
    return Keys(b64decode(said["sealing"]), SigningKey(said["signing"].encode()), b64decode(said["root"]))


def _box(secret: bytes, salt: bytes) -> Fernet:
    """What is sealed can be neither read nor changed; scrypt makes guessing the secret slow."""
    from hashlib import scrypt  # a Python in a browser tab has none: it is built without OpenSSL

    from cryptography.fernet import Fernet

    return Fernet(urlsafe_b64encode(scrypt(secret, salt=salt, n=2**14, r=8, p=1, dklen=32)))
