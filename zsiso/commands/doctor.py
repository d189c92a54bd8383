"""``zsiso doctor``: what works between here and a management node, step by step."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from zsiso.cli.connect import ConnectionOptions, open_client, select_profile
from zsiso.cli.options import ConfigOption, MockOption, ProfileOption, TimeoutOption, VerboseOption
from zsiso.errors import CredentialsError, ExitCode, TlsError, ZsisoError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import timedelta
    from typing import Any

    from zsiso.api.client import Client
    from zsiso.config.credentials import Credentials
    from zsiso.config.loader import ProfileSelection
    from zsiso.config.profile import Profile
    from zsiso.transport.messages import ApiResponse, ResponseOrError

_STEPS = ("configuration", "node", "TLS", "clock", "credentials")
_EXPIRY_WARNING_DAYS = 14
_A_DAY = 86_400


def doctor(
    profile: ProfileOption = None,
    config: ConfigOption = None,
    timeout: TimeoutOption = None,
    mock: MockOption = False,
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

    findings = run_checks(ConnectionOptions(profile, config, timeout, mock, verbose, quiet))
    shown = [finding for finding in findings if finding.verdict in {"warning", "failed"} or not quiet]
    stdout.write_text("".join(f"{escape_hidden(line)}\n" for finding in shown for line in finding.lines()))
    raise typer.Exit(next((finding.exit_code for finding in findings if finding.exit_code), ExitCode.DONE))


@dataclass(frozen=True)
class CheckResult:
    """What a step found; its verdict is ``well``, ``warning``, ``skipped`` or ``failed``."""

    step: str
    message: str
    verdict: str = "well"
    details: tuple[str, ...] = ()
    fix: str | None = None
    exit_code: ExitCode = ExitCode.DONE

    @classmethod
    def failed(cls, step: str, error: ZsisoError) -> CheckResult:
        """Return the finding that ``error`` is."""
        return cls(step, error.message, "failed", error.details, error.hint, error.exit_code)

    def lines(self) -> list[str]:
        """Return the finding as lines, not yet cleaned."""
        more = [*self.details, *([f"fix: {self.fix}"] if self.fix is not None else [])]
        return [f"{self.verdict:<8} {self.step + ':':<15} {self.message}", *(f"{'':24} {line}" for line in more)]


def run_checks(options: ConnectionOptions) -> list[CheckResult]:
    """Take the steps in their order; the first that fails is the last that is taken."""
    findings: list[CheckResult] = []
    try:
        findings.append(_check_configuration(options))
        with open_client(options) as (client, profile):
            reply = client.ping()
            findings.append(_check_node(reply, client.ping_each() if len(profile.route.urls) > 1 else []))
            findings.append(check_certificate(reply.connection.certificate))
            findings.append(_check_clock(reply, profile))
            findings.append(_check_credentials(client, profile.credentials))
    except ZsisoError as error:
        if isinstance(error, TlsError) and len(findings) == 1:
            findings.append(CheckResult(_STEPS[1], "reached"))
        findings.append(CheckResult.failed(_STEPS[len(findings)], error))
    last = findings[-1].step
    return findings + [
        CheckResult(step, f"not tried, since {last} failed", "skipped") for step in _STEPS[len(findings) :]
    ]


# -- configuration ------------------------------------------------------------


def _check_configuration(options: ConnectionOptions) -> CheckResult:
    from zsiso.config.loader import NoProfileError
    from zsiso.transport import tls

    try:
        choice = select_profile(options)
    except NoProfileError:
        if not options.mock:
            raise
        return CheckResult(_STEPS[0], "no profile; the mock node is shown the example's session")
    if any(url.startswith("https:") for url in choice.profile.route.urls) and not options.mock:
        # Its files are part of the configuration, which the node is not to blame for.
        tls.create_context(choice.profile.route.trust)
    what = f"{choice.profile} in {choice.path}" if choice.path is not None else "the environment alone"
    unused = _ignored_settings(choice, options)
    details = (
        *_describe_settings(choice.profile, options.timeout),
        *([f"set and unused: {', '.join(unused)}"] if unused else []),
    )
    return CheckResult(_STEPS[0], f"{what}, chosen by {choice.by}", details=details)


def _describe_settings(profile: Profile, timeout: float | None) -> Iterator[str]:
    """Give each value of a profile with where it came from, secrets as their source alone."""
    from zsiso.api.auth import create_authenticator

    said = {
        "url": profile.route,
        **_describe_connection(profile),
        "timeout": f"{timeout or profile.timeout:g} s",
        "system_tags": ", ".join(profile.system_tags) or "none",
        "user_tags": ", ".join(profile.user_tags) or "none",
        **create_authenticator(profile).describe(),
    }
    origins = {**profile.origins, **({"timeout": "--timeout"} if timeout is not None else {})}
    for key, value in said.items():
        yield f"{key}: {value} ({origins.get(key, 'default')})"


def _describe_connection(profile: Profile) -> Mapping[str, object]:
    """Return what the profile says of its route beside the url; what it leaves out goes without saying."""
    route = profile.route
    said = {
        "retries": route.retries,
        "max_body": f"{route.max_body} bytes",
        **route.trust._asdict(),
        "insecure": str(route.trust.insecure).lower(),
        # The URL may hold a password.
        "proxy": "none" if route.proxy is False else "written out",
    }
    return {key: value for key, value in said.items() if key in profile.origins}


def _ignored_settings(choice: ProfileSelection, options: ConnectionOptions) -> tuple[str, ...]:
    """Return the variables about profiles that are set and have no say in this choice."""
    from zsiso.api.auth import create_authenticator
    from zsiso.config.loader import set_variables
    from zsiso.config.secret_command import VariableSecret

    used = {choice.by, *choice.profile.origins.values()}
    sources = create_authenticator(choice.profile).sources
    used |= {source.name for source in sources if isinstance(source, VariableSecret)}
    if choice.path is not None and options.config is None:
        used.add("ZSISO_CONFIG")
    if choice.by == "ZSTACK_HOST":
        used.add("ZSTACK_PORT")
    return tuple(name for name in set_variables(os.environ) if name not in used)


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

    days = int((ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()) // _A_DAY)
    what = f"certificate of {_certificate_name(certificate)}, {days} days left"
    if days < _EXPIRY_WARNING_DAYS:
        return CheckResult(_STEPS[2], what, "warning", fix="renew the node's certificate")
    return CheckResult(_STEPS[2], what)


def _certificate_name(certificate: Mapping[str, Any]) -> str:
    names = [value for kind, value in certificate.get("subjectAltName", ()) if kind in {"DNS", "IP Address"}]
    subject = dict(pair for part in certificate.get("subject", ()) for pair in part)
    return ", ".join(names) or subject.get("commonName", "nobody")


def _check_clock(reply: ApiResponse, profile: Profile) -> CheckResult:
    from zsiso.api.auth import create_authenticator
    from zsiso.api.failures import MAX_CLOCK_SKEW

    skew = reply.clock_skew()
    if skew is None:
        return CheckResult(_STEPS[3], "the node does not tell its time", "warning")
    what = _describe_skew(skew)
    if abs(skew) <= MAX_CLOCK_SKEW:
        return CheckResult(_STEPS[3], what)
    cure = "set the clock that is wrong; `timedatectl` shows this machine's"
    if create_authenticator(profile).signs_time:
        raise CredentialsError(f"{what}: the node refuses what an access key signs", hint=cure)
    return CheckResult(_STEPS[3], f"{what}; a session does not mind, an access key would", "warning", fix=cure)


def _describe_skew(skew: timedelta) -> str:
    seconds = round(skew.total_seconds())
    if abs(seconds) <= 1:
        return "the node's agrees with ours"
    return f"the node's is {abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} ours"


def _check_credentials(client: Client, who: Credentials | None) -> CheckResult:
    from zsiso.config.credentials import credentials_kind

    client.check_credentials()
    return CheckResult(_STEPS[4], f"the node accepts the {credentials_kind(who)}, and lists ISO images to it")
