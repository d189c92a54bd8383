"""CONTRIBUTING.md lists every task script, and every link to a section or a file resolves."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SPECIFICATION = ROOT / "docs" / "zstack-api.md"
LINK = re.compile(r"zstack-api\.md(?:#([\w-]*))?")


def list_anchors(markdown: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def read_citing_files() -> Iterator[tuple[Path, str]]:
    paths = [*ROOT.glob("*.md"), *ROOT.glob("zsiso/**/*.py"), *ROOT.glob("tests/**/*.py")]
    return ((path, path.read_text(encoding="utf-8")) for path in paths if path != Path(__file__))


def test_every_task_script_is_in_the_contributing_page() -> None:
    described = re.findall(r"^\| `\.ci/([a-z-]+)` \|", CONTRIBUTING, re.MULTILINE)
    scripts = [path.name for path in (ROOT / ".ci").iterdir()]
    assert sorted([*described, "with-venv"]) == sorted(scripts)


def test_every_task_script_can_be_executed() -> None:
    assert all(os.access(path, os.X_OK) for path in (ROOT / ".ci").iterdir())


def test_every_cited_section_of_the_specification_exists() -> None:
    headings = list_anchors(SPECIFICATION.read_text(encoding="utf-8"))
    cited = {(path.name, anchor) for path, text in read_citing_files() for anchor in LINK.findall(text) if anchor}
    assert ("CONTRIBUTING.md", "sessions") in cited
    assert {(name, anchor) for name, anchor in cited if anchor not in headings} == set()


@pytest.mark.parametrize("page", [SPECIFICATION, *ROOT.glob("*.md")], ids=lambda p: p.name)
def test_every_relative_link_in_a_page_resolves(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)\s]+)\)", text.replace("\n", " "))
    missing = [
        link
        for link in links
        if (link[1:] not in list_anchors(text) if link.startswith("#") else not (page.parent / link).exists())
    ]
    assert missing == []
