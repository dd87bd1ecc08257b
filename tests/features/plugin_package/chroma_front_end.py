"""A third party's front end: 12 bins, one a pitch class, by folding `pooled`'s octaves."""

from dataclasses import replace

from samesong.features import get_front_end, standardise


class ChromaFrontEnd:
    """The octaves of `pooled` added up, standardised again."""

    name = "chroma"
    spec = replace(get_front_end("pooled").spec, name="chroma", n_bins=12)

    def transform(self, samples, sample_rate):
        """Transform one recording."""
        spectrogram = get_front_end("pooled").transform(samples, sample_rate)
        octaves = (spectrogram - spectrogram.min()).reshape(6, 12, -1)
        return standardise(octaves.sum(axis=0))
