"""``zsiso doctor``: check step by step whether a profile works."""

from __future__ import annotations

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
    from zsiso.transport.messages import ApiResponse, ResponseOrError

_STEPS = ("configuration", "node", "TLS", "clock", "credentials")
_EXPIRY_WARNING_DAYS = 14
_DAY_SECONDS = 86_400


def doctor(
    *,
    connection: ConnectionOptions,
    verbose: VerboseOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show only what is not well.")] = False,
) -> None:
    """Check a profile step by step, with a cure for what is not well.

    Exits with the code of the first step that failed.

    \b
    zsiso doctor --profile prod
    """
    from zsiso.output import stdout
    from zsiso.text import escape_hidden

    results = run_checks(connection, MessageOptions(verbose, quiet))
    shown = [result for result in results if result.verdict in {"warning", "failed"} or not quiet]
    stdout.write_text("".join(f"{escape_hidden(line)}\n" for result in shown for line in result.lines()))
    raise typer.Exit(next((result.exit_code for result in results if result.exit_code), ExitCode.SUCCESS))


@dataclass(frozen=True)
class CheckResult:
    """What a step found; its verdict is ``well``, ``warning``, ``skipped`` or ``failed``."""

    step: str
    message: str
    verdict: str = "well"
    details: tuple[str, ...] = ()
    fix: str | None = None
    exit_code: ExitCode = ExitCode.SUCCESS

    @classmethod
    def failed(cls, step: str, error: ZsisoError) -> CheckResult:
        """Return the finding that ``error`` is."""
        return cls(step, error.message, "failed", error.details, error.hint, error.exit_code)

    def lines(self) -> list[str]:
        """Return the finding as lines, not yet cleaned."""
        more = [*self.details, *([f"fix: {self.fix}"] if self.fix is not None else [])]
        return [f"{self.verdict:<8} {self.step + ':':<15} {self.message}", *(f"{'':24} {line}" for line in more)]


def run_checks(connection: ConnectionOptions, messages: MessageOptions) -> list[CheckResult]:
    """Take the steps in their order; the first that fails is the last that is taken."""
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
    last = results[-1].step
    return results + [
        CheckResult(step, f"not tried, since {last} failed", "skipped") for step in _STEPS[len(results) :]
    ]


# -- configuration ------------------------------------------------------------


def _check_configuration(settings: Settings) -> CheckResult:
    from zsiso.transport import tls

    profile = settings.profile
    if settings.selected_by == "--mock":
        return CheckResult(_STEPS[0], "no profile; the mock node is shown the example's session")
    if any(url.startswith("https:") for url in profile.connection.urls) and not settings.mock:
        # The files of TLS are part of the configuration; the node has nothing to do with them.
        tls.create_context(profile.connection.tls)
    place = f"{profile} in {settings.config_file}" if settings.config_file is not None else str(profile)
    unused = settings.unused_variables()
    details = (*_describe_settings(profile), *([f"set and unused: {', '.join(unused)}"] if unused else []))
    what = place if settings.config_file is not None else f"{place} alone"
    return CheckResult(_STEPS[0], f"{what}, chosen by {settings.selected_by}", details=details)


def _describe_settings(profile: Profile) -> Iterator[str]:
    """Give each setting with its source; of a secret only the source."""
    values = {
        "url": profile.connection,
        **_describe_connection(profile),
        "timeout": f"{profile.timeout:g} s",
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


def _check_node(reply: ApiResponse, each: Sequence[tuple[str, ResponseOrError]]) -> CheckResult:
    """Return what came of the node that answered and, where there are several, of each."""
    what = f"{_address(reply)} {_describe_response_time(reply)}"
    details = tuple(f"{urlsplit(url).netloc}: {_describe_outcome(outcome)}" for url, outcome in each)
    if any(isinstance(outcome, ZsisoError) for _, outcome in each):
        cure = "see to the nodes that did not answer; calls go to the others until then"
        return CheckResult(_STEPS[1], what, "warning", details, cure)
    return CheckResult(_STEPS[1], what, details=details)


def _address(reply: ApiResponse) -> str:
    # Through a proxy nobody knows more of the node than the URL does.
    return reply.connection.address if reply.request.proxy is None else urlsplit(reply.request.base_url).netloc


def _describe_response_time(reply: ApiResponse) -> str:
    through = f" through the proxy {reply.request.proxy}" if reply.request.proxy is not None else ""
    return f"answered in {reply.connection.seconds * 1000:.0f} ms{through}"


def _describe_outcome(outcome: ResponseOrError) -> str:
    return outcome.message if isinstance(outcome, ZsisoError) else _describe_response_time(outcome)


def check_certificate(certificate: Mapping[str, Any] | None) -> CheckResult:
    """Return what a certificate tells, as ``ssl`` gives it: None where there is no TLS, empty where nobody looks."""
    if certificate is None:
        return CheckResult(_STEPS[2], "not used: the url is http", "skipped")
    if not certificate:
        cure = "leave insecure out, and name the CA's certificate with ca_file"
        return CheckResult(
            _STEPS[2], "whoever answers is believed to be the node: insecure = true", "warning", fix=cure
        )
    import ssl

    days = int((ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()) // _DAY_SECONDS)
    what = f"certificate of {_certificate_name(certificate)}, {days} days left"
    if days < _EXPIRY_WARNING_DAYS:
        return CheckResult(_STEPS[2], what, "warning", fix="renew the node's certificate")
    return CheckResult(_STEPS[2], what)


def _certificate_name(certificate: Mapping[str, Any]) -> str:
    names = [value for kind, value in certificate.get("subjectAltName", ()) if kind in {"DNS", "IP Address"}]
    subject = dict(pair for part in certificate.get("subject", ()) for pair in part)
    return ", ".join(names) or subject.get("commonName", "nobody")


def _check_clock(reply: ApiResponse, credentials: Credentials | None) -> CheckResult:
    from zsiso.api.failures import MAX_CLOCK_SKEW

    skew = reply.clock_skew()
    if skew is None:
        return CheckResult(_STEPS[3], "the node does not tell its time", "warning")
    what = _describe_skew(skew)
    if abs(skew) <= MAX_CLOCK_SKEW:
        return CheckResult(_STEPS[3], what)
    cure = "set the clock that is wrong; `timedatectl` shows this machine's"
    if credentials is not None and credentials.clock_zone is not None:
        raise CredentialsError(f"{what}: the node refuses what an access key signs", hint=cure)
    return CheckResult(_STEPS[3], f"{what}; a session does not mind, an access key would", "warning", fix=cure)


def _describe_skew(skew: timedelta) -> str:
    seconds = round(skew.total_seconds())
    if abs(seconds) <= 1:
        return "the node's agrees with ours"
    return f"the node's is {abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} ours"


def _check_credentials(client: Client, credentials: Credentials | None) -> CheckResult:
    client.check_credentials()
    kind = credentials.kind if credentials is not None else None
    return CheckResult(_STEPS[4], f"the node accepts the {kind}, and lists ISO images to it")
