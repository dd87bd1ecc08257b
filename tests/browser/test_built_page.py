"""The page that the wheel holds: built of the sources at hand, and of nothing from elsewhere."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
PAGE = ROOT / "runtime" / "server" / "page"
SOURCES = (
    "docs.html",
    "index.html",
    "package-lock.json",
    "public",
    "src",
    "tsconfig.json",
    "vite.config.ts",
)


def test_it_was_built_from_these_sources() -> None:
    files = [path for name in SOURCES for path in [WEB / name, *(WEB / name).rglob("*")]]
    digest = sha256()
    for path in sorted(path.relative_to(WEB).as_posix() for path in files if path.is_file()):
        digest.update(path.encode())
        digest.update((WEB / path).read_bytes())
    built = (PAGE / "sources.sha256").read_text().strip()
    assert built == digest.hexdigest(), "out of date: cd web && npm ci && npm run build"


@pytest.mark.parametrize("path", sorted(PAGE.rglob("*.*")), ids=lambda path: path.name)
def test_it_asks_no_other_host(path: Path) -> None:
    if path.suffix not in {".html", ".js", ".css"}:
        return
    found = set(re.findall(r"https?://[^\s\"'`<>)]+", path.read_text()))
    # The names of XML's vocabularies look like addresses, and the page tells where else it can be.
    assert found <= {
        "http://www.w3.org/1998/Math/MathML",
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2000/svg",
        "http://localhost,",
    }


def test_it_keeps_to_its_content_security_policy() -> None:
    page = "".join((PAGE / name).read_text() for name in ("index.html", "docs.html"))
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\bsrc=)", page)
