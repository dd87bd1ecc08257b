"""Shows what re-encodings of its tracks change in the answers of a catalog: nothing, it should be.

Indexes the recordings of a list, then again with two re-encodings of every third one beside them,
and identifies each recording against all others of both catalogs, its own re-encodings left out::

    python benchmarks/re_encoded.py LIST.csv WORK
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from encoding import encode
from markdown import table

from samesong.features import load
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.selection import Selection
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.evaluation.intervals import proportion
from samesong.runtime.evaluation.manifest import ListedRecording, read_listed_recordings
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.identification.contenders import ContenderStage
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.verdict import Verdict, verdict_on
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.indexing.outcome import Status
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.representation.window import Window

RATE = 22_050
ENCODERS = {".mp3": ("libmp3lame", 128), ".m4a": ("aac", 64)}
EVERY = 3


@dataclass(frozen=True)
class Answer:
    """The answer to one query: the verdict, and whether the first match is right."""

    verdict: Verdict
    right: bool
    probability: float


def re_encode(recordings: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """Encode recordings anew, untagged, in two formats.

    Parameters
    ----------
    recordings : sequence of Path
        The recordings.
    folder : Path
        Where the new files go; those that are there are kept.

    Returns
    -------
    dict of Path
        The recording that each new file is of.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[Path, Path] = {}
    for number, path in enumerate(recordings):
        for suffix, (codec, kilobits) in ENCODERS.items():
            copy = folder / f"{number:04}{suffix}"
            if not copy.exists():
                encode(load(path, sample_rate=RATE), copy, codec, kilobits, rate=RATE)
            made[copy] = path
    return made


def index(location: Path, files: Sequence[Path], bundle: ModelBundle) -> Catalog:
    """Index files into a catalog, and open it.

    Parameters
    ----------
    location : Path
        The catalog.
    files : sequence of Path
        The files; those that are in it are passed over.
    bundle : ModelBundle
        The model.

    Returns
    -------
    Catalog
        With all of them.
    """
    with CatalogWriter(location, bundle) as writer:
        for outcome in Indexer(writer, Analyser(bundle)).index(files):
            if outcome.status is Status.FAILED:
                raise click.ClickException(f"{outcome.path}: {outcome.detail}")
    return Catalog(location, bundle)


class Answers:
    """Answers of one catalog.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    catalog : Catalog
        The catalog.
    originals : dict of str
        The recording that each file of the catalog is of, by paths.
    works : dict of str
        The work of each recording.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: Catalog,
        originals: dict[str, str],
        works: dict[str, str],
    ) -> None:
        self._bundle = bundle
        self._catalog = catalog
        self._of = {track.track_id: originals[track.path] for track in catalog.tracks()}
        self._works = works

    def ask(self, recording: str, windows: Sequence[Window]) -> Answer:
        """Identify a recording against all others.

        Parameters
        ----------
        recording : str
            Its path; nothing that is of it takes part.
        windows : sequence of Window
            Its windows.

        Returns
        -------
        Answer
            The answer.
        """
        others = [track_id for track_id, of in self._of.items() if of != recording]
        selection = Selection(self._catalog, others)
        found = Retriever(self._bundle, selection).search(windows)
        found = ContenderStage(selection, self._bundle.fitted.posterior)(found)
        best = found.contenders[0]
        return Answer(
            verdict_on([one.probability for one in found.contenders]),
            self._works[self._of[best.closest.track.track_id]] == self._works[recording],
            best.probability,
        )


def figures(answers: Sequence[Answer], has_other: Sequence[bool]) -> list[str]:
    """Return top-1 of queries with another recording of their work, and the verdicts of all.

    Parameters
    ----------
    answers : sequence of Answer
        One a query.
    has_other : sequence of bool
        True for queries of whose work the catalog has another recording.

    Returns
    -------
    list of str
        Cells of a row.
    """
    right = [one.right for one, there in zip(answers, has_other, strict=True) if there]
    named = [one for one in answers if one.verdict is Verdict.MATCH]
    probable = [one for one in answers if one.verdict is Verdict.PROBABLE]
    return [
        str(proportion(sum(right) / len(right), len(right))),
        str(proportion(len(named) / len(answers), len(answers))),
        f"{sum(not one.right for one in named)}",
        f"{len(probable)}, {sum(one.right for one in probable)} right",
    ]


@click.command()
@click.argument("manifest", type=click.Path(exists=True, path_type=Path))
@click.argument("work", type=click.Path(path_type=Path))
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
def main(manifest: Path, work: Path, model: str) -> None:
    """Compare the answers of a catalog of MANIFEST with and without re-encodings, made in WORK."""
    bundle = ModelBundle.load(model)
    listed: list[ListedRecording] = read_listed_recordings(manifest)
    paths = [one.path.resolve() for one in listed]
    works = {stored_path(path): one.work_id for path, one in zip(paths, listed, strict=True)}
    copies = re_encode(paths[::EVERY], (work / "re-encoded").resolve())
    originals = {stored_path(path): stored_path(path) for path in paths}
    originals |= {stored_path(copy): stored_path(path) for copy, path in copies.items()}
    plain = index(work / "plain", paths, bundle)
    more = index(work / "more", [*paths, *copies], bundle)
    twins = [track for track in more.tracks() if track.twin_of]
    false = sum(
        originals[track.path] != originals[more.track(track.twin_of or "").path] for track in twins
    )
    click.echo(f"{len(copies)} re-encodings; {len(twins)} told as twins, {false} of them wrongly")
    kinds = {"without": Answers(bundle, plain, originals, works)}
    kinds["with re-encodings"] = Answers(bundle, more, originals, works)
    analyser = Analyser(bundle)
    answers: dict[str, list[Answer]] = {name: [] for name in kinds}
    for done, path in enumerate(paths, 1):
        windows = analyser.recording(path, QUERY_HOP)
        for name, one in kinds.items():
            answers[name].append(one.ask(stored_path(path), windows))
        click.echo(f"{done}/{len(paths)} {path.name}", err=True)
    counts = list(works.values())
    has_other = [counts.count(one) > 1 for one in counts]
    rows = [[name, *figures(found, has_other)] for name, found in answers.items()]
    click.echo(table(["catalog", "top-1", "accepted", "of them wrong", "probable"], rows))
    before, after = answers.values()
    pairs = list(zip(before, after, strict=True))
    changed = sum(one.verdict is not two.verdict for one, two in pairs)
    furthest = max(abs(one.probability - two.probability) for one, two in pairs)
    click.echo(
        f"verdicts that differ: {changed}; largest difference of a probability: {furthest:.4f}"
    )


if __name__ == "__main__":
    main()
