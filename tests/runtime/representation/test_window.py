import numpy as np
import pytest

from samesong.runtime.representation.window import unpack, unpack_coarse


def test_a_window_survives_its_bytes(analyser, song_file):
    (window,) = analyser.recording(song_file("a.wav", 4, seconds=60))
    packed = window.pack()
    [stored] = unpack([packed], [window.start], [window.end])
    assert (stored.start, stored.end) == (window.start, window.end)
    kept = [*window.sequences.levels, window.sequences.embedding[None], window.chroma]
    back = [*stored.sequences.levels, stored.sequences.embedding[None], stored.chroma]
    for rows, same in zip(kept, back, strict=True):
        assert same.shape == rows.shape
        assert (rows * same).sum(axis=1).min() > 0.95
    with pytest.raises(ValueError, match="a blob of"):
        unpack([packed, packed._replace(finer=packed.finer[:-1])], [0.0, 0.0], [60.0, 60.0])
    [(level, chroma)] = unpack_coarse([packed])
    np.testing.assert_array_equal(level, stored.sequences.levels[-1])
    np.testing.assert_array_equal(chroma, stored.chroma)
