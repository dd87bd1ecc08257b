"""Files of tensors that are written whole or not at all."""

import os
from pathlib import Path

import torch


def write_torch_file(path: Path, content: object) -> None:
    """Write a file; an older one stays until the new one is whole on disk.

    Parameters
    ----------
    path : Path
        The file.
    content : object
        What `torch.save` takes.
    """
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
