"""The mock node has no code in common with the client: what both got wrong, neither would see."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import zsiso.mock_node
from zsiso.mock_node import routes

FOLDER = Path(zsiso.mock_node.__file__ or "").parent
MODULES = sorted(f"zsiso.mock_node.{path.stem}" for path in FOLDER.glob("*.py") if path.stem != "__init__")


def test_only_errors_are_imported_beside_its_own_modules() -> None:
    imports = "\n".join(f"import {module}" for module in MODULES)
    listing = "import sys; print(*sorted(name for name in sys.modules if name.startswith('zsiso')), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", f"{imports}\n{listing}"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == sorted(["zsiso", "zsiso.errors", "zsiso.mock_node", *MODULES])


def test_every_handler_of_a_route_is_there() -> None:
    handlers = set(re.findall(r'Api\(\s*"(\w+)\.(\w+)"', (FOLDER / "routes.py").read_text(encoding="utf-8")))
    assert len(handlers) >= 13
    for module, function in handlers:
        __import__(f"zsiso.mock_node.{module}")
        assert callable(getattr(sys.modules[f"zsiso.mock_node.{module}"], function))
    assert routes.find_route("images") is not None
