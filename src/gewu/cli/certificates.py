"""A certificate for a demo in one's own network: phones keep an app only when it comes by HTTPS."""

from __future__ import annotations

import ipaddress
import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: What a server reads, and what a phone is told to trust.
CERTIFICATE, KEY, AUTHORITY = "certificate.pem", "key.pem", "authority.crt"
#: Browsers refuse server certificates that last longer than 825 days (Apple) or 398 (public ones).
LASTS = timedelta(days=390)


def addresses() -> list[str]:
    """The names and addresses under which this machine is reached in its own network."""
    found = ["localhost", "127.0.0.1"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # no packet is sent: it only tells which way one would go
            found.append(str(asked.getsockname()[0]))
        except OSError:
            pass
    return list(dict.fromkeys(found))


def make(folder: Path, names: list[str], now: datetime) -> None:
    """An authority of our own and its certificate for these names; made anew when the names are others."""
    if _stands(folder, names, now):
        return
    folder.mkdir(parents=True, exist_ok=True)
    own_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    own_name = _name("Gewu demo authority")
    authority = (
        _begun(own_name, own_name, own_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(own_key, hashes.SHA256())
    )
    alternatives = x509.SubjectAlternativeName([_alternative(one) for one in names])
    certificate = (
        _begun(_name(names[0]), own_name, key, now)
        .add_extension(alternatives, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(own_key, hashes.SHA256())
    )
    (folder / AUTHORITY).write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / CERTIFICATE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    _write_key(folder / KEY, key)
    # The key of the authority is not kept: nobody can make another certificate that the phone would trust.


def _stands(folder: Path, names: list[str], now: datetime) -> bool:
    path = folder / CERTIFICATE
    if not path.exists():
        return False
    found = x509.load_pem_x509_certificate(path.read_bytes())
    said = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    there = {str(one.value) for one in said}
    return set(names) <= there and found.not_valid_after_utc > now + timedelta(days=7)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LASTS)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Readable by its owner only."""
    path.unlink(missing_ok=True)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(pem)
