"""Makes the TLS context for a connection and says what a failure of TLS means."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from zsiso.config.connection import CERTIFICATE_HINT
from zsiso.errors import ConfigError, ConnectError, TlsError
from zsiso.transport import trust_store

if TYPE_CHECKING:
    from zsiso.config.connection import TlsSettings
    from zsiso.errors import UnreachableError

# Numbers of OpenSSL (X509_V_ERR_…), for which ssl has no names.
_NOT_YET_VALID, _EXPIRED = 9, 10
_UNKNOWN_CA = frozenset({2, 18, 19, 20, 21, 24, 27})
_WRONG_NAME = frozenset({62, 63, 64})

_CLOCK_HINT = "renew the certificate, or correct this machine's clock if it is wrong"
_NAME_HINT = "use a name in the url that the certificate contains, or issue a certificate for this one"
_CA_HINT = (
    "set ca_file in the profile to the certificate of its CA, or add that to the system's trust store; "
    "for a self-signed certificate, set ca_file to the certificate itself"
)
_PROXY_HINT = "set SSL_CERT_FILE to a file with the CA's certificate: ca_file in the profile does not apply to a proxy"
_PLAIN_PROXY_HINT = "begin the proxy's URL with http://, which most proxies use for https requests, too"
_VARIABLE_HINT = "set SSL_CERT_FILE or SSL_CERT_DIR to the certificate of the CA, or unset it"

_NOT_TLS_HINT = "if the port does not use TLS, begin the url with http://; or use another port"
# The reasons that OpenSSL gives for a peer that does not speak TLS, and for one that rejects the client's certificate.
_NOT_TLS_REASONS = (
    *("WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST"),
    *("UNEXPECTED_MESSAGE", "RECORD_TOO_SMALL"),
)
_CLIENT_CERTIFICATE_REASONS = (
    *("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "ALERT_UNKNOWN_CA", "CERTIFICATE_UNKNOWN"),
    *("CERTIFICATE_EXPIRED", "HANDSHAKE_FAILURE"),
)


# -- contexts -----------------------------------------------------------------


@cache
def create_context(settings: TlsSettings) -> ssl.SSLContext:
    """Return the TLS context for these settings.

    Raises:
        ConfigError: one of the files cannot be used.
    """
    context = _insecure_context() if settings.insecure else _verifying_context(settings.ca_file)
    # Any trusted certificate ends the chain: the issuing CA's, or the node's own; curl and Go do the same.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if settings.cert_file is not None:
        _load_client_certificate(context, settings.cert_file, settings.key_file)
    return context


def unused_context() -> ssl.SSLContext:
    """Return a context for a connection without TLS: it trusts no certificate, but takes no 30 ms to make."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _insecure_context() -> ssl.SSLContext:
    context = unused_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _verifying_context(ca_file: Path | None) -> ssl.SSLContext:
    if ca_file is None:
        return trust_store.create_system_context()
    _require_pem("CERTIFICATE", "ca_file", ca_file)
    context = unused_context()
    try:
        context.load_verify_locations(cafile=ca_file)
    except OSError as error:
        raise _broken_pem_error(f"ca_file {ca_file}") from error
    return context


def _load_client_certificate(context: ssl.SSLContext, cert_file: Path, key_file: Path | None) -> None:
    def refuse_password() -> str:
        # Without this function, OpenSSL would ask for the password on the terminal.
        raise ConfigError(
            f"the private key in {key_file or cert_file} is encrypted; zsiso reads unencrypted keys only",
            hint="save a copy without a passphrase, with mode 0600: `openssl pkey -in KEY -out FILE`",
        )

    _require_pem("CERTIFICATE", "cert_file", cert_file)
    if key_file is None:
        hint = "if the private key is in another file, set key_file to that file"
        _require_pem("PRIVATE KEY", "cert_file", cert_file, hint=hint)
    else:
        _require_pem("PRIVATE KEY", "key_file", key_file)
    files = f"cert_file {cert_file}" + (f", key_file {key_file}" if key_file else "")
    try:
        context.load_cert_chain(cert_file, key_file, refuse_password)
    except OSError as error:
        if "KEY_VALUES_MISMATCH" in str(error):
            hint = "set key_file to the private key of this certificate"
            raise ConfigError(f"{files}: the private key does not match the certificate", hint=hint) from error
        raise _broken_pem_error(files) from error


def _require_pem(kind: str, key: str, file: Path, *, hint: str | None = None) -> None:
    """Check that a file can be read and holds PEM of a kind, since OpenSSL's own errors hardly say so.

    Raises:
        ConfigError: it cannot, or it does not.
    """
    try:
        pem = file.read_bytes()
    except OSError as error:
        hint = "a relative path starts at the folder of the configuration file"
        raise ConfigError(f"cannot read {key} {file}: {error.strerror}", hint=hint) from error
    if f"{kind}-----".encode() not in pem:
        hint = hint or f"in PEM format it begins with -----BEGIN {kind}-----"
        raise ConfigError(f"{key} {file} contains no {kind.lower()}", hint=hint)


def _broken_pem_error(files: str) -> ConfigError:
    return ConfigError(
        f"{files}: invalid PEM",
        hint="`openssl x509 -noout -in FILE` checks a certificate, `openssl pkey -noout -in FILE` a private key",
    )


# -- failures -----------------------------------------------------------------


def tls_error(
    error: ssl.SSLError, details: tuple[str, ...], settings: TlsSettings, *, of_proxy: bool
) -> UnreachableError:
    """Return the error for a failure of TLS.

    Args:
        error: the error of ``ssl``.
        details: the lines about the request.
        settings: how TLS verified the node.
        of_proxy: whether the peer was the proxy, whose certificate the system's trust store must know. In that
            case, the node was not reached.
    """
    message, hint = _explain(error, "the proxy" if of_proxy else "the management node")
    reason = getattr(error, "verify_message", None) or (error.reason or str(error)).replace("_", " ").lower()
    # For these, OpenSSL's reason says the same in other words.
    if getattr(error, "verify_code", None) not in {_EXPIRED, _NOT_YET_VALID}:
        message = f"{message}: {reason}"
    if of_proxy:
        hint = _PLAIN_PROXY_HINT if _is_not_tls(error) else _PROXY_HINT
    if flaws := _variable_flaws(error, settings, of_proxy=of_proxy):
        details, hint = (*flaws, *details), _VARIABLE_HINT
    if of_proxy:
        return ConnectError(message, details=details, hint=hint, retryable=False)
    return TlsError(message, details=details, hint=hint)


def _variable_flaws(error: ssl.SSLError, settings: TlsSettings, *, of_proxy: bool) -> list[str]:
    """Return why the variables for the trust store may be the cause of an error."""
    uses_system_store = of_proxy or settings.ca_file is None
    is_unknown_ca = getattr(error, "verify_code", None) in _UNKNOWN_CA
    return trust_store.find_unusable_variables() if uses_system_store and is_unknown_ca else []


def is_client_certificate_error(error: ssl.SSLError) -> bool:
    """Return whether the peer rejected the client's certificate; with TLS 1.3, it does so after the handshake."""
    return any(reason in (error.reason or "") for reason in _CLIENT_CERTIFICATE_REASONS)


def _is_not_tls(error: ssl.SSLError) -> bool:
    return any(reason in (error.reason or "") for reason in _NOT_TLS_REASONS)


def _explain(error: ssl.SSLError, peer: str) -> tuple[str, str | None]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _explain_verification(error.verify_code, peer)
    if _is_not_tls(error):
        return f"{peer} does not use TLS on this port", _NOT_TLS_HINT
    if is_client_certificate_error(error):
        return f"{peer} rejected the client certificate, or requires one", CERTIFICATE_HINT
    return "TLS handshake failed", None


def _explain_verification(code: int, peer: str) -> tuple[str, str | None]:
    if code in _UNKNOWN_CA:
        return f"the certificate of {peer} is not trusted", _CA_HINT
    if code in _WRONG_NAME:
        return f"the certificate of {peer} is for another name", _NAME_HINT
    if code == _EXPIRED:
        return f"the certificate of {peer} has expired", _CLOCK_HINT
    if code == _NOT_YET_VALID:
        return f"the certificate of {peer} is not valid yet", _CLOCK_HINT
    return f"the certificate of {peer} is not valid", None
