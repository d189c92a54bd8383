"""Profiles that environment variables make: those of zsiso itself, and those of the ZStack Terraform provider."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zsiso.config.profile import Profile, read_profile
from zsiso.config.toml_table import ConfigTable
from zsiso.errors import ConfigError

# The variable for each key of a profile.
_ZSISO_VARIABLES = {
    "url": "ZSISO_URL",
    "session": "ZSISO_SESSION",
    "account": "ZSISO_ACCOUNT",
    "password": "ZSISO_PASSWORD",
    "access_key_id": "ZSISO_ACCESS_KEY_ID",
    "access_key_secret": "ZSISO_ACCESS_KEY_SECRET",
    "timezone": "ZSISO_TIMEZONE",
}
_TERRAFORM_VARIABLES = {
    "url": "ZSTACK_HOST",
    "account": "ZSTACK_ACCOUNT_NAME",
    "password": "ZSTACK_ACCOUNT_PASSWORD",
    "access_key_id": "ZSTACK_ACCESS_KEY_ID",
    "access_key_secret": "ZSTACK_ACCESS_KEY_SECRET",
}
TERRAFORM_PORT = "ZSTACK_PORT"
"""The variable beside ``ZSTACK_HOST`` that has the port."""

_TERRAFORM_DEFAULT_PORT = "8080"
_HOST = r"[\w.:\[\]-]+(%[\w.-]+\]?)?"
_MAX_PORT = 65_535

VARIABLES = (
    *("ZSISO_PROFILE", "ZSISO_CONFIG"),
    *(*_ZSISO_VARIABLES.values(), *_TERRAFORM_VARIABLES.values(), TERRAFORM_PORT),
)
"""Every variable that can decide about a profile, in the order of precedence."""


def get_variable(environ: Mapping[str, str], name: str) -> str | None:
    """Return the value of an environment variable; an empty variable counts as not set."""
    return environ.get(name) or None


def zsiso_profile(environ: Mapping[str, str]) -> Profile:
    """Return the profile that ``ZSISO_URL`` and the variables beside it make.

    Raises:
        ConfigError: a value is wrong, or there are no credentials.
    """
    return _read_variables(_ZSISO_VARIABLES, environ)


def terraform_profile(environ: Mapping[str, str]) -> Profile:
    """Return the profile that ``ZSTACK_HOST`` and the variables beside it make.

    Raises:
        ConfigError: a value is wrong, or there are no credentials.
    """
    return _read_variables(_TERRAFORM_VARIABLES, environ, {"url": _terraform_url(environ)})


def password_variable(profile: Profile) -> str | None:
    """Return the variable for the password of an account that a variable names, None for an account in a file."""
    for variables in (_ZSISO_VARIABLES, _TERRAFORM_VARIABLES):
        if profile.sources.get("account") == variables["account"]:
            return variables["password"]
    return None


def _read_variables(
    variables: Mapping[str, str], environ: Mapping[str, str], computed: Mapping[str, str] | None = None
) -> Profile:
    values = {key: value for key, name in variables.items() if (value := get_variable(environ, name))}
    profile = read_profile(ConfigTable({**values, **(computed or {})}, None, variables=variables), None)
    if profile.credentials is None:
        raise ConfigError(
            f"{variables['url']} is set, but no credentials",
            hint=f"set {variables['account']} and {variables['password']}, "
            f"or unset {variables['url']} to use the configuration",
        )
    return profile


def _terraform_url(environ: Mapping[str, str]) -> str:
    host = environ["ZSTACK_HOST"]
    port = get_variable(environ, TERRAFORM_PORT) or _TERRAFORM_DEFAULT_PORT
    if not re.fullmatch(_HOST, host):
        raise ConfigError("ZSTACK_HOST must be a host name or an IP address", hint="for a URL, set ZSISO_URL instead")
    if not (port.isascii() and port.isdecimal()) or not 0 < int(port[:6]) <= _MAX_PORT:
        raise ConfigError(
            f"{TERRAFORM_PORT} must be a number from 1 to {_MAX_PORT}", hint="unset it for the default, 8080"
        )
    is_bare_ipv6 = ":" in host.strip("[]") and "[" not in host
    return f"http://[{host}]:{port}" if is_bare_ipv6 else f"http://{host}:{port}"
