"""``zsiso doctor``: what works between here and a management node, step by step."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from zsiso.cli.connect import NodeOptions, choose, connected
from zsiso.cli.options import ConfigOption, MockOption, ProfileOption, TimeoutOption, VerboseOption
from zsiso.errors import CredentialsError, ExitCode, TlsError, ZsisoError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import timedelta
    from typing import Any

    from zsiso.api.client import Client
    from zsiso.api.responses import Reply
    from zsiso.config.credentials import Credentials
    from zsiso.config.loader import Choice
    from zsiso.config.profile import Profile
    from zsiso.transport.failover import Outcome

_STEPS = ("configuration", "node", "TLS", "clock", "credentials")
_FEW_DAYS = 14
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
    from zsiso.text import clean

    findings = examine(NodeOptions(profile, config, timeout, mock, verbose, quiet))
    shown = [finding for finding in findings if finding.verdict in {"warning", "failed"} or not quiet]
    stdout.write_text("".join(f"{clean(line)}\n" for finding in shown for line in finding.lines()))
    raise typer.Exit(next((finding.exit_code for finding in findings if finding.exit_code), ExitCode.DONE))


@dataclass(frozen=True)
class Finding:
    """What a step found; its verdict is ``well``, ``warning``, ``skipped`` or ``failed``."""

    step: str
    what: str
    verdict: str = "well"
    details: tuple[str, ...] = ()
    cure: str | None = None
    exit_code: ExitCode = ExitCode.DONE

    @classmethod
    def failed(cls, step: str, error: ZsisoError) -> Finding:
        """Return the finding that ``error`` is."""
        return cls(step, error.what, "failed", error.details, error.hint, error.exit_code)

    def lines(self) -> list[str]:
        """Return the finding as lines, not yet cleaned."""
        more = [*self.details, *([f"cure: {self.cure}"] if self.cure is not None else [])]
        return [f"{self.verdict:<8} {self.step + ':':<15} {self.what}", *(f"{'':24} {line}" for line in more)]


def examine(options: NodeOptions) -> list[Finding]:
    """Take the steps in their order; the first that fails is the last that is taken."""
    findings: list[Finding] = []
    try:
        findings.append(_configuration(options))
        with connected(options) as (client, profile):
            reply = client.knock()
            findings.append(_node(reply, client.knock_at_each() if len(profile.route.urls) > 1 else []))
            findings.append(certificate_finding(reply.connection.certificate))
            findings.append(_clock(reply, profile.credentials))
            findings.append(_credentials(client, profile.credentials))
    except ZsisoError as error:
        if isinstance(error, TlsError) and len(findings) == 1:
            findings.append(Finding(_STEPS[1], "reached"))
        findings.append(Finding.failed(_STEPS[len(findings)], error))
    last = findings[-1].step
    return findings + [Finding(step, f"not tried, since {last} failed", "skipped") for step in _STEPS[len(findings) :]]


# -- configuration ------------------------------------------------------------


def _configuration(options: NodeOptions) -> Finding:
    from zsiso.config.loader import NoProfileError
    from zsiso.transport import tls

    try:
        choice = choose(options)
    except NoProfileError:
        if not options.mock:
            raise
        return Finding(_STEPS[0], "no profile; the mock node is shown the example's session")
    if any(url.startswith("https:") for url in choice.profile.route.urls) and not options.mock:
        # Its files are part of the configuration, which the node is not to blame for.
        tls.context(choice.profile.route.trust)
    what = f"{choice.profile} in {choice.path}" if choice.path is not None else "the environment alone"
    unused = _unused(choice, options)
    details = (*_values(choice.profile, options.timeout), *([f"set and unused: {', '.join(unused)}"] if unused else []))
    return Finding(_STEPS[0], f"{what}, chosen by {choice.by}", details=details)


def _values(profile: Profile, timeout: float | None) -> Iterator[str]:
    """Give each value of a profile with where it came from, secrets as their source alone."""
    said = {
        "url": profile.route,
        **_route_values(profile),
        "timeout": f"{timeout or profile.timeout:g} s",
        "system_tags": ", ".join(profile.system_tags) or "none",
        "user_tags": ", ".join(profile.user_tags) or "none",
        **_credential_values(profile.credentials),
    }
    origins = {**profile.origins, **({"timeout": "--timeout"} if timeout is not None else {})}
    for key, value in said.items():
        yield f"{key}: {value} ({origins.get(key, 'default')})"


def _route_values(profile: Profile) -> Mapping[str, object]:
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


def _credential_values(who: Credentials | None) -> Mapping[str, str]:
    from zsiso.config.credentials import AccessKey, Account, Session

    if isinstance(who, Session):
        return {"session": str(who.uuid)}
    if isinstance(who, Account):
        return {"account": who.name, "password": str(who.password or "asked for by `zsiso login`")}
    if isinstance(who, AccessKey):
        return {"access_key_id": who.id, "access_key_secret": str(who.secret), "timezone": str(who.zone)}
    return {}


def _unused(choice: Choice, options: NodeOptions) -> tuple[str, ...]:
    """Return the variables about profiles that are set and have no say in this choice."""
    from zsiso.config.loader import variables_set
    from zsiso.config.secret_command import FromVariable

    used = {choice.by, *choice.profile.origins.values()}
    used |= {source.name for source in _sources(choice.profile.credentials) if isinstance(source, FromVariable)}
    if choice.path is not None and options.config is None:
        used.add("ZSISO_CONFIG")
    if choice.by == "ZSTACK_HOST":
        used.add("ZSTACK_PORT")
    return tuple(name for name in variables_set(os.environ) if name not in used)


def _sources(who: Credentials | None) -> tuple[object, ...]:
    return tuple(who) if who is not None else ()


# -- the node -----------------------------------------------------------------


def _node(reply: Reply, each: Sequence[tuple[str, Outcome]]) -> Finding:
    """Return what came of the node that answered and, where there are several, of each."""
    what = f"{_address(reply)} {_answered(reply)}"
    details = tuple(f"{urlsplit(url).netloc}: {_came(outcome)}" for url, outcome in each)
    if any(isinstance(outcome, ZsisoError) for _, outcome in each):
        cure = "see to the nodes that did not answer; calls go to the others until then"
        return Finding(_STEPS[1], what, "warning", details, cure)
    return Finding(_STEPS[1], what, details=details)


def _address(reply: Reply) -> str:
    # Through a proxy nobody knows more of the node than the URL does.
    return reply.connection.address if reply.request.through is None else urlsplit(reply.request.url).netloc


def _answered(reply: Reply) -> str:
    through = f" through the proxy {reply.request.through}" if reply.request.through is not None else ""
    return f"answered in {reply.connection.seconds * 1000:.0f} ms{through}"


def _came(outcome: Outcome) -> str:
    return outcome.what if isinstance(outcome, ZsisoError) else _answered(outcome)


def certificate_finding(certificate: Mapping[str, Any] | None) -> Finding:
    """Return what a certificate tells, as ``ssl`` gives it: None where there is no TLS, empty where nobody looks."""
    if certificate is None:
        return Finding(_STEPS[2], "not used: the url is http", "skipped")
    if not certificate:
        cure = "leave insecure out, and name the CA's certificate with ca_file"
        return Finding(_STEPS[2], "whoever answers is believed to be the node: insecure = true", "warning", cure=cure)
    import ssl

    days = int((ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()) // _A_DAY)
    what = f"certificate of {_certificate_name(certificate)}, {days} days left"
    if days < _FEW_DAYS:
        return Finding(_STEPS[2], what, "warning", cure="renew the node's certificate")
    return Finding(_STEPS[2], what)


def _certificate_name(certificate: Mapping[str, Any]) -> str:
    names = [value for kind, value in certificate.get("subjectAltName", ()) if kind in {"DNS", "IP Address"}]
    subject = dict(pair for part in certificate.get("subject", ()) for pair in part)
    return ", ".join(names) or subject.get("commonName", "nobody")


def _clock(reply: Reply, who: Credentials | None) -> Finding:
    from zsiso.api.responses import MOST_SKEW
    from zsiso.config.credentials import AccessKey

    skew = reply.clock_skew()
    if skew is None:
        return Finding(_STEPS[3], "the node does not tell its time", "warning")
    what = _apart(skew)
    if abs(skew) <= MOST_SKEW:
        return Finding(_STEPS[3], what)
    cure = "set the clock that is wrong; `timedatectl` shows this machine's"
    if isinstance(who, AccessKey):
        raise CredentialsError(f"{what}: the node refuses what an access key signs", hint=cure)
    return Finding(_STEPS[3], f"{what}; a session does not mind, an access key would", "warning", cure=cure)


def _apart(skew: timedelta) -> str:
    seconds = round(skew.total_seconds())
    if abs(seconds) <= 1:
        return "the node's agrees with ours"
    return f"the node's is {abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} ours"


def _credentials(client: Client, who: Credentials | None) -> Finding:
    from zsiso.api.responses import count
    from zsiso.config.credentials import kind

    count(client.one_iso_image())
    return Finding(_STEPS[4], f"the node accepts the {kind(who)}, and lists ISO images to it")
