"""A certificate for this machine, for clients that speak https only: made once, and kept in the data folder.

It is self-signed and names loopback addresses only. A client trusts it when it is told the file.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from romekit.core.errors import BadInput
from romekit.core.private_files import made_once, put

#: Systems take no longer life of a certificate; a month before its end another is made.
LIFE: Final = timedelta(days=825)
EARLY: Final = timedelta(days=30)


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """The files of a certificate that is good now and of its key, which only their owner can read."""
    certificate, file = folder / "tls-cert.pem", folder / "tls-key.pem"
    try:
        fresh = ec.generate_private_key(ec.SECP256R1())
        made_once(file, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
        key = load_pem_private_key(file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("another kind of key")
        if not _is_good(certificate, key):
            put(certificate, _signed(key))
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "what is there is no key"
        hint = "Remove the two files, or name your own with --tls-cert and --tls-key."
        raise BadInput(f"No certificate can be kept in {folder}: {why}.", field="tls", hint=hint) from None
    return certificate, file


def _is_good(certificate: Path, key: ec.EllipticCurvePrivateKey) -> bool:
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return found.not_valid_after_utc > datetime.now(UTC) + EARLY and found.public_key() == key.public_key()


def _signed(key: ec.EllipticCurvePrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "romekit on this machine")])
    begin = datetime.now(UTC) - timedelta(hours=1)
    addresses = [x509.IPAddress(ip_address(each)) for each in ("127.0.0.1", "::1")]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + LIFE)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()
