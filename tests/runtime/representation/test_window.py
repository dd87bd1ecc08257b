import numpy as np
import pytest

from samesong.runtime.representation.window import decode, unpack, unpack_coarse


def test_a_window_survives_its_bytes(analyser, song_file):
    (window,) = analyser.recording(song_file("a.wav", 4, seconds=60))
    packed = window.pack()
    [stored] = unpack([packed], [window.start], [window.end])
    assert "_decoded" not in vars(stored)
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


def test_windows_that_are_decoded_together_are_those_decoded_alone(analyser):
    generator = np.random.default_rng(1)
    cqts = [generator.standard_normal((72, n)).astype(np.float32) for n in (40, 33, 40)]
    windows = [window for cqt in cqts for window in analyser.spectrogram(cqt)]
    packed = [window.pack() for window in windows]
    spans = [window.start for window in windows], [window.end for window in windows]
    together, alone = unpack(packed, *spans), unpack(packed, *spans)
    decode([*together[:2], windows[0]])
    decode(together)
    for one, other, original in zip(together, alone, windows, strict=True):
        assert "_decoded" in vars(one)
        np.testing.assert_array_equal(one.chroma, other.chroma)
        for level, same in zip(one.sequences.levels, other.sequences.levels, strict=True):
            np.testing.assert_array_equal(level, same)
        assert [level.shape for level in one.sequences.levels] == list(original.layout)
    assert together[0].layout == together[2].layout != together[1].layout


def test_a_stored_window_is_packed_again_without_loss(analyser):
    noise = np.random.default_rng(2).standard_normal((72, 40)).astype(np.float32)
    (window,) = analyser.spectrogram(noise)
    packed = window.pack()
    [stored] = unpack([packed], [window.start], [window.end])
    assert stored.pack() is packed
