"""Pages that are made of files elsewhere in the project, so that nothing is written twice."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]

#: The page that each of these files becomes.
PAGES = {
    "benchmarks/README.md": "benchmarks.md",
    "training/EXPERIMENTS.md": "experiments.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    **{
        str(card.relative_to(ROOT)): f"models/{card.parent.name}.md"
        for card in sorted(ROOT.glob("runtime/models/*/MODEL_CARD.md"))
    },
}

#: Where links lead: to these pages, and from the README to the first one.
TARGETS = {**PAGES, "README.md": "index.md"}

#: Files that a page refers to as they are.
AS_THEY_ARE = {
    "assets/setlist.png": "assets/setlist.png",
    "examples/matrix.ipynb": "examples/matrix.ipynb",
}


def with_links(text: str, source: Path, page: str) -> str:
    """Point a file's links to other files at the pages that are made of them."""

    def link(match: re.Match[str]) -> str:
        target = (ROOT / source).parent.joinpath(match[1]).resolve()
        name = str(target.relative_to(ROOT)) if target.is_relative_to(ROOT) else ""
        if name not in TARGETS:
            return match[0]
        return f"]({'../' * page.count('/')}{TARGETS[name]})"

    return re.sub(r"\]\(([^)#:\s]+)\)", link, text)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages, and what they refer to."""
    for source, page in PAGES.items():
        text = with_links((ROOT / source).read_text("utf-8"), Path(source), page)
        files.append(File.generated(config, page, content=text))
    for source, page in AS_THEY_ARE.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the calls of the HTTP API, which bring a title of their own, below the page's."""
    del config, files
    if page.file.src_uri != "reference/http.md":
        return markdown
    return re.sub(r"^# samesong .*?(?=^## )", "", markdown, flags=re.MULTILINE | re.DOTALL)
