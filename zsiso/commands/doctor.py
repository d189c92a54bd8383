"""``zsiso doctor``: check step by step whether a profile works."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from zsiso.cli.options import ConnectionOptions, MessageOptions, VerboseOption
from zsiso.errors import CredentialsError, ExitCode, TlsError, ZsisoError

if TYPE_CHECKING:
    from zsiso.api.client import Client
    from zsiso.cli.settings import Settings
    from zsiso.config.credentials import Credentials
    from zsiso.config.profile import Profile
    from zsiso.output.messages import MessageLine
    from zsiso.transport.messages import ApiResponse, ResponseOrError

_STEPS = ("configuration", "node", "TLS", "clock", "credentials")
_EXPIRY_WARNING_DAYS = 14
_DAY_SECONDS = 86_400

OK, WARNING, FAILED, SKIPPED = "ok", "warning", "FAILED", "skipped"
"""The verdicts of a check."""

# Cells: the verdict, the step, and all that stands before a message.
_VERDICT_WIDTH = 8
_STEP_WIDTH = 15
_INDENT = _VERDICT_WIDTH + 1 + _STEP_WIDTH + 1


def doctor(
    *,
    connection: ConnectionOptions,
    verbose: VerboseOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show only warnings and failures.")] = False,
) -> None:
    """Check step by step whether a profile works.

    Shows how to fix what does not work. Exits with the code of the step that failed.

    \b
    zsiso doctor --profile prod
    """
    from zsiso.output import stdout
    from zsiso.output.messages import format_message

    results = run_checks(connection, MessageOptions(verbose, quiet))
    shown = [result for result in results if result.verdict in {WARNING, FAILED} or not quiet]
    lines = (line for result in shown for line in result.lines())
    stdout.write_text(format_message(lines, stdout.terminal(os.environ)))
    raise typer.Exit(next((result.exit_code for result in results if result.exit_code), ExitCode.SUCCESS))


@dataclass(frozen=True)
class CheckResult:
    """The result of one step.

    Args:
        step: the name of the step.
        message: what was found.
        verdict: ``OK``, ``WARNING``, ``FAILED`` or ``SKIPPED``.
        details: further lines.
        fix: how to fix what was found.
        exit_code: the exit code of a step that failed.
    """

    step: str
    message: str
    verdict: str = OK
    details: tuple[str, ...] = ()
    fix: str | None = None
    exit_code: ExitCode = ExitCode.SUCCESS

    @classmethod
    def failed(cls, step: str, error: ZsisoError) -> CheckResult:
        """Return the result of a step that ended in ``error``."""
        return cls(step, error.message, FAILED, error.details, error.hint, error.exit_code)

    def lines(self) -> Iterator[MessageLine]:
        """Yield the lines of the result."""
        from zsiso.output.messages import MessageLine

        text = f"{self.step + ':':<{_STEP_WIDTH}} {self.message}"
        yield MessageLine(text, self.verdict, _VERDICT_WIDTH, hanging=_INDENT)
        for detail in self.details:
            yield MessageLine(detail, indent=_INDENT)
        if self.fix is not None:
            yield MessageLine(self.fix, "fix:", indent=_INDENT)


def run_checks(connection: ConnectionOptions, messages: MessageOptions) -> list[CheckResult]:
    """Run the steps in their order, until one fails; the others are skipped."""
    from zsiso.cli.connect import open_client
    from zsiso.cli.settings import resolve_settings

    results: list[CheckResult] = []
    try:
        settings = resolve_settings(connection)
        results.append(_check_configuration(settings))
        with open_client(settings, messages) as (client, profile):
            response = client.ping()
            results.append(_check_node(response, client.ping_each() if len(profile.connection.urls) > 1 else []))
            results.append(check_certificate(response.connection.certificate))
            results.append(_check_clock(response, profile.credentials))
            results.append(_check_credentials(client, profile.credentials))
    except ZsisoError as error:
        if isinstance(error, TlsError) and len(results) == 1:
            results.append(CheckResult(_STEPS[1], "reached"))
        results.append(CheckResult.failed(_STEPS[len(results)], error))
    failed = results[-1].step
    skipped = [CheckResult(step, f"not checked: {failed} failed", SKIPPED) for step in _STEPS[len(results) :]]
    return results + skipped


# -- configuration ------------------------------------------------------------


def _check_configuration(settings: Settings) -> CheckResult:
    from zsiso.cli.connect import check_modes
    from zsiso.transport import tls

    profile = settings.profile
    check_modes(settings)
    if settings.selected_by == "--mock":
        return CheckResult(_STEPS[0], "no profile: the built-in mock node needs none")
    if any(url.startswith("https:") for url in profile.connection.urls) and not settings.mock:
        # The files of TLS are part of the configuration; the node has nothing to do with them.
        tls.create_context(profile.connection.tls)
    unused = settings.unused_variables()
    details = (*_describe_settings(profile), *([f"set but ignored: {', '.join(unused)}"] if unused else []))
    place = f"{profile} in {settings.config_file}" if settings.config_file is not None else str(profile)
    return CheckResult(_STEPS[0], f"{place} ({settings.selected_by})", details=details)


def _describe_settings(profile: Profile) -> Iterator[str]:
    """Yield each setting with its source; of a secret only the source."""
    values = {
        "url": profile.connection,
        **_describe_connection(profile),
        "timeout": f"{profile.timeout:g} s",
        "connect_timeout": f"{profile.connection.connect_timeout:g} s",
        "system_tags": ", ".join(profile.system_tags) or "none",
        "user_tags": ", ".join(profile.user_tags) or "none",
        **(profile.credentials.describe() if profile.credentials is not None else {}),
    }
    for key, value in values.items():
        yield f"{key}: {value} ({profile.sources.get(key, 'default')})"


def _describe_connection(profile: Profile) -> Mapping[str, object]:
    """Return what the profile says about the connection, the URL aside; defaults are left out."""
    connection = profile.connection
    values = {
        "retries": connection.retries,
        "max_body": f"{connection.max_body} bytes",
        **connection.tls._asdict(),
        "insecure": str(connection.tls.insecure).lower(),
        # The URL of a proxy may hold a password.
        "proxy": "none" if connection.proxy is False else "written out",
    }
    return {key: value for key, value in values.items() if key in profile.sources}


# -- the node -----------------------------------------------------------------


def _check_node(response: ApiResponse, each: Sequence[tuple[str, ResponseOrError]]) -> CheckResult:
    """Return the result for the node that responded and, where there are several, for each."""
    message = f"{_address(response)} {_describe_response_time(response)}"
    details = tuple(f"{urlsplit(url).netloc}: {_describe_result(result)}" for url, result in each)
    if any(isinstance(result, ZsisoError) for _, result in each):
        fix = "check the nodes that did not respond; requests go to the others"
        return CheckResult(_STEPS[1], message, WARNING, details, fix)
    return CheckResult(_STEPS[1], message, details=details)


def _address(response: ApiResponse) -> str:
    # Behind a proxy, the address of the connection is the proxy's.
    if response.request.proxy is not None:
        return urlsplit(response.request.base_url).netloc
    return response.connection.address


def _describe_response_time(response: ApiResponse) -> str:
    through = f" through the proxy {response.request.proxy}" if response.request.proxy is not None else ""
    return f"responded in {response.connection.seconds * 1000:.0f} ms{through}"


def _describe_result(result: ResponseOrError) -> str:
    return result.message if isinstance(result, ZsisoError) else _describe_response_time(result)


def check_certificate(certificate: Mapping[str, Any] | None) -> CheckResult:
    """Return the result for the certificate of a node.

    Args:
        certificate: as ``ssl`` gives it: None without TLS, empty where it was not verified.
    """
    if certificate is None:
        return CheckResult(_STEPS[2], "not used: the url is http", SKIPPED)
    if not certificate:
        return CheckResult(
            _STEPS[2],
            "certificate verification is disabled (insecure = true)",
            WARNING,
            fix="remove insecure, and set ca_file to the certificate of the CA",
        )
    import ssl

    days = int((ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()) // _DAY_SECONDS)
    message = f"the certificate of {_certificate_name(certificate)} expires in {days} days"
    if days < _EXPIRY_WARNING_DAYS:
        return CheckResult(_STEPS[2], message, WARNING, fix="renew the certificate of the node")
    return CheckResult(_STEPS[2], message)


def _certificate_name(certificate: Mapping[str, Any]) -> str:
    names = [value for kind, value in certificate.get("subjectAltName", ()) if kind in {"DNS", "IP Address"}]
    subject = dict(pair for part in certificate.get("subject", ()) for pair in part)
    return ", ".join(names) or subject.get("commonName", "no name")


def _check_clock(response: ApiResponse, credentials: Credentials | None) -> CheckResult:
    from zsiso.api.failures import MAX_CLOCK_SKEW

    skew = response.clock_skew()
    if skew is None:
        return CheckResult(_STEPS[3], "unknown: the response has no valid Date header", WARNING)
    message = _describe_skew(skew)
    if abs(skew) <= MAX_CLOCK_SKEW:
        return CheckResult(_STEPS[3], message)
    fix = "set the wrong clock; `timedatectl` shows this machine's"
    if credentials is not None and credentials.clock_zone is not None:
        raise CredentialsError(f"{message}: the node rejects what an access key signs", hint=fix)
    return CheckResult(_STEPS[3], f"{message}: sessions work, access keys would not", WARNING, fix=fix)


def _describe_skew(skew: timedelta) -> str:
    seconds = round(skew.total_seconds())
    if abs(seconds) <= 1:
        return "in sync"
    return f"the node is {abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} this machine"


def _check_credentials(client: Client, credentials: Credentials | None) -> CheckResult:
    from zsiso.api.login_check import LoginCheck

    login = client.check_login()
    if login is LoginCheck.SAVED_SESSION_ONLY:
        message = "saved session accepted; the password was not checked: the profile has none"
        return CheckResult(_STEPS[4], message, WARNING, fix="run `zsiso login` to check the password")
    if login is LoginCheck.SAVED_SESSION_ENDED:
        message = "account accepted, but this login ended the saved session: the cloud permits one session for a user"
        fix = "use an access key, or an account that only zsiso uses (global setting enable.unique.session)"
        return CheckResult(_STEPS[4], message, WARNING, fix=fix)
    if login is None:
        client.check_credentials()
    kind = credentials.kind if credentials is not None else "credentials"
    return CheckResult(_STEPS[4], f"{kind} accepted")
