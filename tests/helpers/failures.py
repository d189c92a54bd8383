"""Error responses of a management node, and messages with ports and job UUIDs masked."""

from __future__ import annotations

import json
import re

from tests.helpers.runner import ISO


def make_error(code: str, **more: object) -> str:
    return json.dumps({"error": {"code": code, **more}})


def mask_addresses(text: str) -> str:
    """Return a message with its ports and job UUIDs masked."""
    text = re.sub(r"127\.0\.0\.1:\d+", "NODE", text)
    return re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", text)


REQUEST_LINES = f"""\
  request: GET http://NODE/zstack/v1/images/iso/{ISO}/vm-candidates
  job UUID: JOB
"""


HTML_PAGE = "<html>\n  <head><title>502 Bad Gateway</title></head>"
