"""``python -m zsiso.completion FOLDER`` writes the completion scripts into a folder, for packagers."""

from __future__ import annotations

import sys
from pathlib import Path

from zsiso.completion.shells import write_scripts

if __name__ == "__main__":
    write_scripts(Path(sys.argv[1]))
