"""Compares the speed of the network with that of matrix products, and float32 with 8 bits.

The multiplications of each graph are counted from its shapes. The matrix products are a large one,
and one of the shape of the scorer's largest convolution, in float32. ONNX Runtime quantises the
scorer (static, 8 bits, one scale per channel) on half of the pairs; the comparison uses the others.
Everything runs on one thread, interleaved::

    python benchmarks/arithmetic.py CATALOG AUDIO...    # pip install '.[cpu,bench,export]'
"""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
import onnx
from markdown import table
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from samesong.runtime.bench.timing import interleaved, thread_limit
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.onnx_session import Session
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.matching.cross_similarity import csms
from samesong.runtime.matching.scorer import BATCH, log_odds
from samesong.runtime.representation.window import Window

Feed = dict[str, NDArray[np.float32]]

SQUARE = 1024
"""Rows and columns of the large matrices."""

SCORERS = ("scorer", "scorer in 8 bits")
PAIRS = {*SCORERS, "CSMs"}
"""Timed in batches of pairs, and reported per pair."""

REFERENCES = 64
"""Number of catalog windows that each query window is compared with."""


class Product(NamedTuple):
    """A matrix product: (rows, inner) times (inner, columns)."""

    rows: int
    inner: int
    columns: int


def products(graph: Path, feed: Feed) -> list[Product]:
    """Return the matrix products equivalent to a graph's convolutions and linear layers.

    Parameters
    ----------
    graph : Path
        ONNX file.
    feed : dict of str to numpy.ndarray
        Inputs, for their shapes.

    Returns
    -------
    list of Product
        The products.
    """
    model = onnx.load(graph)
    for node in model.graph.input:
        for axis, size in zip(node.type.tensor_type.shape.dim, feed[node.name].shape, strict=True):
            axis.dim_value = size
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    shapes = {
        value.name: [axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in (*inferred.value_info, *inferred.output)
    }
    weights = {tensor.name: list(tensor.dims) for tensor in inferred.initializer}
    found = []
    for node in inferred.node:
        if node.op_type in {"Conv", "Gemm"}:
            channels, *inner = weights[node.input[1]]
            size = int(np.prod(shapes[node.output[0]]))
            found.append(Product(channels, int(np.prod(inner)), size // channels))
    return found


class _Calibration(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._feeds = iter(feeds)

    def get_next(self) -> Feed | None:
        """Return the next inputs, or None at the end."""
        return next(self._feeds, None)


def quantised(graph: Path, feeds: Sequence[Feed], folder: Path) -> Path:
    """Quantise a scorer to 8 bits.

    Parameters
    ----------
    graph : Path
        ONNX file of the scorer.
    feeds : sequence of dict
        Inputs for calibration.
    folder : Path
        Folder for the result.

    Returns
    -------
    Path
        The quantised ONNX file.
    """
    prepared, made = folder / "prepared.onnx", folder / "quantised.onnx"
    logging.disable(logging.WARNING)  # suppresses advice to do what the next line does
    quant_pre_process(str(graph), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(made),
        _Calibration(feeds),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["Conv", "MaxPool", "Relu"],
    )
    logging.disable(logging.NOTSET)
    # It names sets of operators that it does not use, which samesong refuses.
    model = onnx.load(made)
    used = {node.domain for node in model.graph.node}
    sets = [one for one in model.opset_import if one.domain in used]
    del model.opset_import[:]
    model.opset_import.extend(sets)
    onnx.save(model, made)
    return made


def whole(bundle: ModelBundle, windows: Sequence[Window]) -> list[Window]:
    """Return the full-length windows.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    windows : sequence of Window
        Windows of any length.

    Returns
    -------
    list of Window
        Those of the model's length.
    """
    return [w for w in windows if w.end - w.start > bundle.manifest.window_seconds - 1]


def some_references(catalog: Catalog, bundle: ModelBundle) -> list[Window]:
    """Return the first full-length windows of a catalog.

    Parameters
    ----------
    catalog : Catalog
        The catalog.
    bundle : ModelBundle
        The model.

    Returns
    -------
    list of Window
        At most `REFERENCES` windows.
    """
    found: list[Window] = []
    for batch in catalog.iter_windows():
        found += whole(bundle, [one.window for one in batch])
        if len(found) >= REFERENCES:
            break
    return found[:REFERENCES]


def feeds_of(
    levels: Mapping[str, int], query: Window, references: Sequence[Window]
) -> Iterator[Feed]:
    """Yield the CSMs of a query window with references, in batches of the scorer.

    Parameters
    ----------
    levels : mapping of str to int
        Inputs of the scorer, and the level whose CSM each takes.
    query : Window
        The query window.
    references : sequence of Window
        Windows to compare with.

    Yields
    ------
    dict of str to numpy.ndarray
        Inputs of a batch.
    """
    for start in range(0, len(references), BATCH):
        some = [reference.sequences for reference in references[start : start + BATCH]]
        matrices = csms(query.sequences, some, list(levels.values()))
        yield dict(zip(levels, matrices, strict=True))


def speeds(
    bundle: ModelBundle,
    query: Window,
    references: Sequence[Window],
    sessions: dict[str, Session],
    rounds: int,
) -> str:
    """Time a window through the branch, a batch of pairs through the scorers, and the products.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    query : Window
        A full-length window.
    references : sequence of Window
        Windows to compare with.
    sessions : dict of str to Session
        The scorers by name.
    rounds : int
        Timed rounds.

    Returns
    -------
    str
        Table in Markdown.
    """
    some = references[:BATCH]
    (pairs,) = feeds_of(bundle.scorer_levels, query, some)
    frames = round(bundle.manifest.window_seconds / bundle.spec.frame_period) + 1
    cqt = {"cqt": np.random.default_rng(0).standard_normal((1, 72, frames)).astype(np.float32)}
    scored = products(bundle.path / bundle.manifest.scorer.file, pairs)
    read = list(bundle.scorer_levels.values())
    ours, theirs = query.sequences.levels, some[0].sequences.levels
    work = {
        "product": [Product(SQUARE, SQUARE, SQUARE)],
        "product as the largest convolution": [max(scored, key=np.prod)],
        "branch": products(bundle.path / bundle.manifest.branch.file, cqt),
        "CSMs": [
            Product(len(ours[level]) * BATCH, ours[level].shape[1], len(theirs[level]))
            for level in read
        ],
        **dict.fromkeys(SCORERS, scored),
    }
    branch = Session(
        bundle.path / bundle.manifest.branch.file,
        inputs=["cqt"],
        outputs=list(bundle.manifest.branch.outputs),
        threads=1,
    )
    contenders: dict[str, Callable[[], object]] = {
        name: partial(np.matmul, *(np.ones(shape, np.float32) for shape in (one[:2], one[1:])))
        for name, (one, *_) in list(work.items())[:2]
    }
    contenders["branch"] = partial(branch.run, cqt)
    contenders["CSMs"] = partial(csms, query.sequences, [one.sequences for one in some], read)
    contenders |= {name: partial(sessions[name].run, pairs) for name in SCORERS}
    with thread_limit(1):
        times = interleaved(contenders, rounds)
    rates = {
        name: sum(map(np.prod, work[name])) / np.median(spent.cpu) / 1e9
        for name, spent in times.items()
    }
    return table(
        ["one thread", "ms", "1e9 multiplications per second", "ratio to the product"],
        [
            [
                name,
                f"{1e3 * np.median(times[name].cpu) / (BATCH if name in PAIRS else 1):.2f}",
                f"{rate:.1f}",
                f"{rate / rates['product']:.2f}",
            ]
            for name, rate in rates.items()
        ],
    )


def difference(sessions: dict[str, Session], feeds: Sequence[Sequence[Feed]]) -> str:
    """Describe how 8 bits change the scores and the best reference.

    Parameters
    ----------
    sessions : dict of str to Session
        The scorers by name.
    feeds : sequence of sequence of dict
        Inputs of each query.

    Returns
    -------
    str
        A sentence.
    """
    answers = {
        name: np.array([[sessions[name].run(feed)["score"] for feed in some] for some in feeds])
        for name in SCORERS
    }
    exact, small = (log_odds(answers[name]).reshape(len(feeds), -1) for name in SCORERS)
    same = (exact.argmax(axis=1) == small.argmax(axis=1)).mean()
    return (
        f"\n8 bits change log-odds, whose standard deviation is {exact.std():.2f}, by "
        f"{(small - exact).std():.3f}; the best of {exact.shape[1]} stays the same for {same:.1%} "
        f"of {len(exact)} queries"
    )


@click.command()
@click.argument("location", metavar="CATALOG", type=click.Path(exists=True, path_type=Path))
@click.argument("audio", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
@click.option("--rounds", default=9, show_default=True, help="Timed rounds.")
def main(location: Path, audio: tuple[Path, ...], model: str, rounds: int) -> None:
    """Compare MODEL's graphs with matrix products, on AUDIO and the first windows of CATALOG."""
    bundle = ModelBundle.load(model)
    analyser = Analyser(bundle, threads=1)
    queries = [w for path in audio for w in whole(bundle, analyser.recording(path, QUERY_HOP))]
    if len(queries) < 2:
        raise click.ClickException(
            f"{len(queries)} windows of {bundle.manifest.window_seconds} s given, but two needed: "
            "give longer or more recordings"
        )
    references = some_references(Catalog(location, bundle), bundle)
    levels = bundle.scorer_levels
    feeds = [list(feeds_of(levels, query, references)) for query in queries]
    scorer = bundle.path / bundle.manifest.scorer.file
    with tempfile.TemporaryDirectory() as folder:
        small = quantised(scorer, [feed for some in feeds[::2] for feed in some], Path(folder))
        sessions = {
            name: Session(path, inputs=list(levels), outputs=["score"], threads=1)
            for name, path in zip(SCORERS, (scorer, small), strict=True)
        }
    click.echo(speeds(bundle, queries[0], references, sessions, rounds))
    click.echo(difference(sessions, feeds[1::2]))


if __name__ == "__main__":
    main()
