"""The RSA key that signs id_tokens, made when the first one is needed, and its public half as a JWKS.

cryptography and PyJWT cost 80 ms to import and the key 35 ms to make, so nothing here happens before that.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


class SigningKey:
    """One RSA-2048 key."""

    def __init__(self, pem: bytes | None = None) -> None:
        self._lock = Lock()
        self._pem = pem
        self._made: RSAPrivateKey | None = None

    def as_pem(self) -> bytes:
        """The whole key, to be kept sealed and nowhere else."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, claims: dict[str, Any]) -> str:
        """An RS256 JWT of these claims."""
        import jwt  # 80 ms with cryptography

        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.kid})

    @cached_property
    def kid(self) -> str:
        """The name of the key: a hash of it."""
        return _text(sha256(_bytes(self._key.public_key().public_numbers().n)).digest())[:27]

    def as_jwk(self, issuer: str) -> dict[str, Any]:
        """The public half."""
        numbers = self._key.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": _text(_bytes(numbers.n)),
            "e": _text(_bytes(numbers.e)),
            "issuer": issuer,
        }

    @property
    def _key(self) -> RSAPrivateKey:
        with self._lock:
            if self._made is None:
                self._made = _read(self._pem) if self._pem else _new()
            return self._made


def _new() -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa  # 80 ms

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _read(pem: bytes) -> RSAPrivateKey:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(pem, None)  # type: ignore[return-value]  # RSA is all we ever write


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
