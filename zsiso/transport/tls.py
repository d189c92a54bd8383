"""From whom TLS trusts to the context it uses, and from its failures to what they mean."""

from __future__ import annotations

import ssl
from functools import cache
from typing import TYPE_CHECKING

from zsiso.config.connection import CERTIFICATE_HINT
from zsiso.errors import ConfigError, ConnectError, TlsError

if TYPE_CHECKING:
    from pathlib import Path

    from zsiso.config.connection import TlsSettings
    from zsiso.errors import UnreachableError

# OpenSSL's X509_V_ERR_ numbers, which ssl has no names for.
_NOT_YET_VALID, _EXPIRED = 9, 10
_UNKNOWN_CA = frozenset({2, 18, 19, 20, 21, 24, 27})
_WRONG_NAME = frozenset({62, 63, 64})

_CLOCK_HINT = "renew the node's certificate, or set this machine's clock right if it is the one that is wrong"
_NAME_HINT = "use a name in the url that the certificate has, or have the certificate made for this one"
_CA_HINT = "a CA of your own goes into a file that the profile's ca_file names, or into the system's trust store"
_PROXY_HINT = "a proxy is trusted as the system trusts; SSL_CERT_FILE names other certificates"
_PLAIN_PROXY_HINT = "see whether the proxy's URL should begin with http://, as that of most proxies for https"

_NO_TLS_THERE = "no TLS is spoken there"
# What OpenSSL says of an answer that is no TLS at all, and of a client's certificate.
_NO_TLS = ("WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST", "UNEXPECTED_MESSAGE", "RECORD_TOO_SMALL")
_CLIENT_CERTIFICATE = (
    *("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "ALERT_UNKNOWN_CA", "CERTIFICATE_UNKNOWN"),
    *("CERTIFICATE_EXPIRED", "HANDSHAKE_FAILURE"),
)


@cache
def create_context(trust: TlsSettings) -> ssl.SSLContext:
    """Return the context that TLS is to use; a ``ConfigError`` where one of the files can't be."""
    made = _insecure_context() if trust.insecure else _load_authorities(trust.ca_file)
    if trust.cert_file is not None:
        _load_client_certificate(made, trust.cert_file, trust.key_file)
    return made


def _insecure_context() -> ssl.SSLContext:
    made = unused_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def unused_context() -> ssl.SSLContext:
    """Return a context that trusts nobody, for where no TLS is spoken; loading the system's store takes some 30 ms."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _load_authorities(ca_file: Path | None) -> ssl.SSLContext:
    if ca_file is None:
        import truststore

        # The system's own store, on Linux as OpenSSL finds it: SSL_CERT_FILE and SSL_CERT_DIR win.
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _require_file("CERTIFICATE", "ca_file", ca_file)
    made = unused_context()
    try:
        made.load_verify_locations(cafile=ca_file)
    except OSError as error:
        raise _bad_files_error(f"ca_file {ca_file}") from error
    return made


def _load_client_certificate(made: ssl.SSLContext, cert_file: Path, key_file: Path | None) -> None:
    def no_password() -> str:
        # OpenSSL would ask for it on the terminal.
        raise ConfigError(
            f"the private key in {key_file or cert_file} is encrypted, which zsiso does not read",
            hint="keep a copy without a passphrase that only you can read: `openssl pkey -in KEY -out FILE`",
        )

    _require_file("CERTIFICATE", "cert_file", cert_file)
    if key_file is None:
        _require_file("PRIVATE KEY", "cert_file", cert_file, hint="a key in a file of its own is named by key_file")
    else:
        _require_file("PRIVATE KEY", "key_file", key_file)
    files = f"cert_file {cert_file}" + (f", key_file {key_file}" if key_file else "")
    try:
        made.load_cert_chain(cert_file, key_file, no_password)
    except OSError as error:
        if "KEY_VALUES_MISMATCH" in str(error):
            hint = "name the private key that the certificate was made for"
            raise ConfigError(f"{files}: the certificate and the private key are no pair", hint=hint) from error
        raise _bad_files_error(files) from error


def _require_file(kind: str, key: str, file: Path, *, hint: str | None = None) -> None:
    """Raise a ``ConfigError`` where a file can't be read or holds no PEM of a kind; OpenSSL hardly tells which."""
    try:
        pem = file.read_bytes()
    except OSError as error:
        hint = "a relative path starts at the configuration's folder"
        raise ConfigError(f"cannot read {key} {file}: {error.strerror}", hint=hint) from error
    if f"{kind}-----".encode() not in pem:
        raise ConfigError(
            f"{key} {file} holds no {kind.lower()}", hint=hint or f"as PEM it begins with -----BEGIN {kind}-----"
        )


def _bad_files_error(files: str) -> ConfigError:
    return ConfigError(
        f"{files}: broken PEM",
        hint="`openssl x509 -noout -in FILE` tells whether a certificate can be read, `openssl pkey` whether a key can",
    )


def tls_error(error: ssl.SSLError, details: tuple[str, ...], *, of_proxy: bool) -> UnreachableError:
    """Return what a failure of TLS is.

    Args:
        error: as ``ssl`` raised it.
        details: what the error is to tell beside it.
        of_proxy: it was the proxy's TLS, which is trusted as the system trusts; the node was not reached then.
    """
    what, hint = _explain(error)
    words = getattr(error, "verify_message", None) or (error.reason or str(error)).replace("_", " ").lower()
    # Of these OpenSSL says the same once more.
    if getattr(error, "verify_code", None) not in {_EXPIRED, _NOT_YET_VALID}:
        what = f"{what}: {words}"
    if of_proxy:
        hint = _PLAIN_PROXY_HINT if what.startswith(_NO_TLS_THERE) else _PROXY_HINT
        return ConnectError(what.replace("the node", "the proxy"), details=details, hint=hint, passes=False)
    return TlsError(what, details=details, hint=hint)


def is_client_certificate_error(error: ssl.SSLError) -> bool:
    """Tell whether the other side refused the certificate shown; TLS 1.3 tells only after the handshake."""
    return any(part in (error.reason or "") for part in _CLIENT_CERTIFICATE)


def _explain(error: ssl.SSLError) -> tuple[str, str | None]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _explain_verification(error.verify_code)
    if any(part in (error.reason or "") for part in _NO_TLS):
        return _NO_TLS_THERE, "see whether the url should begin with http://, or name another port"
    if is_client_certificate_error(error):
        return "the node refused TLS with the certificate shown, or without one", CERTIFICATE_HINT
    return "no TLS came about", None


def _explain_verification(code: int) -> tuple[str, str | None]:
    if code in _UNKNOWN_CA:
        return "the node's certificate is from a CA that is not trusted", _CA_HINT
    if code in _WRONG_NAME:
        return "the node's certificate is for another name", _NAME_HINT
    if code == _EXPIRED:
        return "the node's certificate has expired", _CLOCK_HINT
    if code == _NOT_YET_VALID:
        return "the node's certificate is not valid yet", _CLOCK_HINT
    return "the node's certificate is not to be trusted", None
