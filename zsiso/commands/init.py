"""``zsiso init``: a configuration to start from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zsiso.commands.node import default_path
from zsiso.commands.options import ConfigOption
from zsiso.errors import ConfigError
from zsiso.stderr import Notes

if TYPE_CHECKING:
    from pathlib import Path

STARTER = """\
# zsiso's configuration; https://toml.io tells how such a file is written.

# The profile used when neither --profile nor ZSISO_PROFILE names one.
default_profile = "prod"

[profiles.prod]
# The management node; /zstack is added when the URL has no path.
url = "https://zstack.example.com:8080"

# Who is asking: an account, an access key, or a session; one of the three.
account = "admin"
# A secret is a string, while this file's mode is 0600, or says where it is. Without a
# password, `zsiso login` asks for it and keeps the session.
# password = { file = "prod.password" }
# password = { env = "CLOUD_PASSWORD" }
# password = { command = "pass show zstack" }

# access_key_id = "put-the-id-here"
# access_key_secret = { file = "prod.key" }
# timezone = "Asia/Shanghai"    # the node's own zone

# session = "put-a-session-uuid-here"

# Seconds, for the whole call.
# timeout = 30

# Tags to send when no --system-tag or --user-tag is given.
# system_tags = []
# user_tags = []
# Keep only what bears every tag, and what the ISO can be attached to.
# verify_tags = true
# attachable = true

# How a list is shown when no option says.
# output = "table"
# columns = ["name", "uuid", "cdrom", "ips"]
# sort = "name"

# More clouds, each chosen with --profile NAME:
# [profiles.staging]
# url = "http://10.0.0.5:8080"
# account = "admin"
"""


def init(config: ConfigOption = None) -> None:
    """Write a commented configuration to start from.

    Where there is one already, it is left alone. Prints the file's path.

    \b
    zsiso init
    """
    from zsiso.config import place
    from zsiso.render import stdout

    path = place(config, os.environ, default_path)
    _create(path)
    stdout.write_text(f"{path}\n")
    Notes().say("Put your management node's url and credentials in it; then `zsiso doctor` tells what works.")


def _create(path: Path) -> None:
    """Write the starter file, readable by its owner alone, unless there is a file already."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        if not os.path.lexists(path):
            raise ConfigError(f"cannot write {path}: a folder on the way is a file") from error
        raise ConfigError(
            f"{path} is there already, and was left alone", hint="edit it, or name another with --config FILE"
        ) from error
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(STARTER)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
