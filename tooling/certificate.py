"""A self-signed certificate, so that a phone in the same network may open its camera.

Runs inside .venv (it needs cryptography): `python -m tooling.certificate FOLDER ADDRESS…`
leaves `https-cert.pem` and `https-key.pem` in FOLDER and keeps those that still fit.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CERTIFICATE, KEY = "https-cert.pem", "https-key.pem"
DAYS = 397  # phones refuse certificates of servers that live longer
SPARE = timedelta(days=7)


def general_name(address: str) -> x509.GeneralName:
    """An IP address or a host name as a certificate writes it."""
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address)


def fits(certificate: x509.Certificate, addresses: list[str], now: datetime) -> bool:
    """Whether it names every address and lives for another week."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    held = set(names)
    return certificate.not_valid_after_utc > now + SPARE and all(general_name(a) in held for a in addresses)


def make(folder: Path, addresses: list[str], now: datetime) -> None:
    """Write a fresh pair; the key is readable by its owner alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Xiangyue on this computer")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([general_name(a) for a in addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / KEY).unlink(missing_ok=True)
    handle = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
    (folder / CERTIFICATE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def ensure(folder: Path, addresses: list[str]) -> None:
    """Keep the pair in `folder` if it fits, else make one."""
    now = datetime.now(UTC)  # noqa: TID251 - real certificates live in real time
    held = folder / CERTIFICATE
    complete = held.exists() and (folder / KEY).exists()
    if complete and fits(x509.load_pem_x509_certificate(held.read_bytes()), addresses, now):
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    make(folder, addresses, now)


if __name__ == "__main__":
    ensure(Path(sys.argv[1]), sys.argv[2:])
