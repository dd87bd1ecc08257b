"""A fixed pool of windows as deep sequences, from which distillation draws its pairs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from samesong.training.batches import VersionSource
from samesong.training.branch import Branch
from samesong.training.loss import all_pairs_late_interaction
from samesong.training.network import N_LEVELS
from samesong.training.torch_file import write_torch_file

#: Frames of a window: 120 s at 0.3 s.
FRAMES = 401

#: Pairs of versions in a file of the pool.
SHARD = 50

#: Wrong versions that are kept of each live one, those that late interaction ranks first.
HARDEST = 24

#: Live versions compared with all studio ones at a time.
_ROWS = 16


@dataclass(frozen=True)
class WindowPool:
    """Deep sequences of a studio and a live version of many works.

    Attributes
    ----------
    studio, live : tuple of 4 Tensors, shape (n, steps, dim), float16
        Levels of each version; row i of both is of one work.
    works : Tensor, shape (n,), int64
        The work of each row; one may be there several times, in other versions.
    hardest : Tensor, shape (n, up to `HARDEST`), int64
        Rows of other works whose studio version is most like each live version.
    """

    studio: tuple[Tensor, ...]
    live: tuple[Tensor, ...]
    works: Tensor
    hardest: Tensor

    def __len__(self) -> int:
        return len(self.works)


@torch.no_grad()
def draw_pool(
    source: VersionSource,
    branch: Branch,
    folder: Path,
    *,
    count: int,
    seed: int,
    report: Callable[[str], None],
) -> WindowPool:
    """Draw versions and keep what a branch makes of them; drawn again, it goes on where it was.

    Parameters
    ----------
    source : VersionSource
        The corpus.
    branch : Branch
        The frozen branch, in evaluation mode.
    folder : Path
        Where deep sequences are kept, one file for each `SHARD` pairs.
    count : int
        Pairs of versions to draw, rounded up to whole files.
    seed : int
        Seed of everything random.
    report : callable
        Called with each line that a person should read.

    Returns
    -------
    WindowPool
        The pool.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n_shards = -(-count // SHARD)
    shards = []
    for number in range(n_shards):
        path = folder / f"{number:04}.pt"
        if not path.exists():
            write_torch_file(path, _draw(source, branch, [seed, number]))
            report(f"windows of {(number + 1) * SHARD} of {n_shards * SHARD} pairs")
        shards.append(torch.load(path, weights_only=True))
    studio, live = (
        tuple(torch.cat([shard[side][level] for shard in shards]) for level in range(N_LEVELS))
        for side in ("studio", "live")
    )
    works = torch.cat([shard["works"] for shard in shards])
    return WindowPool(studio, live, works, _hardest(live[-1], studio[-1], works))


def _draw(source: VersionSource, branch: Branch, seed: Sequence[int]) -> dict[str, object]:
    rng = np.random.default_rng(seed)
    count = min(SHARD, len(source))
    works = rng.choice(len(source), count, replace=False, p=source.probabilities)
    pairs = [source.draw_pair(int(work), FRAMES, FRAMES, rng) for work in works]
    studio, live = (
        [level.half() for level in branch(torch.from_numpy(np.stack(side)))[:N_LEVELS]]
        for side in zip(*pairs, strict=True)
    )
    return {"works": torch.from_numpy(works), "studio": studio, "live": live}


def _hardest(live: Tensor, studio: Tensor, works: Tensor) -> Tensor:
    """Return the rows whose studio version late interaction confuses with each live one."""
    found = []
    coarse = [_coarser(side.float()) for side in (live, studio)]
    for start in range(0, len(live), _ROWS):
        rows = slice(start, start + _ROWS)
        late = all_pairs_late_interaction(coarse[0][rows], coarse[1])
        late[works[rows, None] == works] = -2
        found.append(late.topk(min(HARDEST, len(works) - 1)).indices)
    return torch.cat(found)


def _coarser(levels: Tensor) -> Tensor:
    """Average steps in twos, as late interaction does once more: a quarter of the work."""
    return torch.nn.functional.avg_pool1d(levels.transpose(1, 2), 2, ceil_mode=True).transpose(1, 2)
