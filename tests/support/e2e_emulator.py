"""MiniStack as a process of its own: 127.0.0.1 only, over TLS, with IAM really enforced, all of it in memory."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-ministack" / "bin" / "python"
REGION = "eu-west-2"
PATIENCE = 60.0  # seconds until MiniStack must answer


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Emulator:
    """`with Emulator(folder) as emulator:` starts it; leaving ends it and every function's process with it.

    Its own switches make it strict: BIND_HOST keeps it on 127.0.0.1 (its default is every interface), AUTH=true gives
    each function its own role and enforces the policies, USE_SSL lets policies that demand TLS be obeyed as in AWS.
    """

    def __init__(self, folder: Path, *, functions_environment: dict[str, str] | None = None) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.certificate, self._key = folder / "certificate.pem", folder / "key.pem"
        self.log = folder / "ministack.log"
        self._of_functions = functions_environment or {}

    @property
    def environment(self) -> dict[str, str]:
        """What leads boto3 and SAM to it and nowhere else. `test` is MiniStack's root; nothing of the person's."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CA_BUNDLE": str(self.certificate),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def trust(self) -> ssl.SSLContext:
        """Trusts this emulator and nobody else."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def __enter__(self) -> Self:
        self._make_certificate()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own environment's Python
                [PYTHON, "-m", "ministack"],
                cwd=self.folder,
                env=self._own_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # its functions' processes are of its group, and end with it
            )
        try:
            self._await_answer()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    @property
    def process_id(self) -> int:
        """Its process, which leads its group."""
        return self._process.pid

    def _own_environment(self) -> dict[str, str]:
        """Functions run in MiniStack's own Python (3.13, with the boto3 that Lambda would bring) and inherit this."""
        return {
            "PATH": f"{PYTHON.parent}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",  # else MQTT on every interface, port 8883
            "SFTP_ENABLED": "0",
            "AUTH": "true",
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": str(self.certificate),
            "MINISTACK_SSL_KEY": str(self._key),
            "LAMBDA_WARM_TTL_SECONDS": "600",
            **{
                name: value for name, value in self.environment.items() if name in ("AWS_ENDPOINT_URL", "AWS_CA_BUNDLE")
            },
            **self._of_functions,
        }

    def _await_answer(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                with urlopen(f"{self.url}/_ministack/ready", timeout=5, context=self.trust):  # noqa: S310 - ours
                    return
            except (URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError(f"MiniStack does not answer at {self.url}:\n{self.log.read_text('utf-8')[-3000:]}")

    def _end(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                break
            try:
                self._process.wait(timeout=3)  # all of it lies in memory: nothing is lost by a hard end
            except subprocess.TimeoutExpired:
                continue
        self._process.wait(timeout=10)

    def _make_certificate(self) -> None:
        """One for 127.0.0.1 and localhost. MiniStack would ask the openssl command, which not every machine has."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ministack")])
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(key, hashes.SHA256())
        )
        plain = serialization.NoEncryption()
        kinds = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        self._key.write_bytes(key.private_bytes(*kinds))
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
