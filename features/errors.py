"""Every error that samesong raises on purpose.

::

    SamesongError
    ├── AudioError            one recording cannot be used
    │   ├── DecodeError       it is missing, unreadable, empty, truncated or not audio
    │   │   └── UnknownFormatError   it is in no format that can be read
    │   ├── SilentAudioError  it holds nothing but silence
    │   ├── ShortAudioError   it is too short to be matched
    │   └── InvalidSamplesError   its samples hold NaN or infinity
    ├── FrontEndError         a front end is unknown, or breaks its contract
    ├── BundleError           a model bundle is missing or damaged
    ├── CatalogError          a catalog is missing, damaged or cannot be written
    │   ├── DiskFullError     there is no room for what is to be written
    │   └── GroupingError     recordings cannot be joined or split as a user wants
    ├── MismatchError         two things that must fit (bundle, catalog, features) do not
    ├── ClusterError          a Ray cluster cannot be reached or used
    ├── DeviceError           the device asked for is not there
    ├── ManifestError         a list of recordings (CSV) cannot be used
    ├── SongListError         songs to search among cannot be found
    ├── SetlistError          a set list cannot be used
    ├── BenchmarkError        results or a folder of a benchmark cannot be used
    ├── TrainingError         a corpus, configuration or checkpoint cannot be used
    └── MissingExtraError     an optional dependency is not installed
"""

from samesong.features.decoding.formats import listed

_READABLE = "; formats that can be read are "


def install_hint(extra: str) -> str:
    """Return what to do about a missing extra: samesong is on no package index, so name a clone.

    Parameters
    ----------
    extra : str
        Name of the extra, such as ``"plot"``.

    Returns
    -------
    str
        A command and where to run it, without a full stop.

    Examples
    --------
    >>> install_hint("plot")
    "run pip install '.[plot]' in a clone of samesong"
    """
    return f"run pip install '.[{extra}]' in a clone of samesong"


def shown(value: object, most: int = 60) -> str:
    r"""Return a value as an error may show it: on one line, and not long.

    Parameters
    ----------
    value : object
        Any value, from whatever source.
    most : int, optional
        Characters at most.

    Returns
    -------
    str
        Its representation, cut where it is long.

    Examples
    --------
    >>> shown("a\nb"), shown("x" * 100, most=9)
    ("'a\\nb'", "'xxxxx...")
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits, lists within lists
        text = f"a {type(value).__name__}"
    text = "".join(c if c.isprintable() else " " for c in text[: most + 1])
    return text if len(text) <= most else f"{text[: most - 3]}..."


class SamesongError(Exception):
    """Base of all samesong errors; its message says what was wrong and what to do.

    Examples
    --------
    >>> from samesong.features import load
    >>> try:
    ...     load("missing.flac")
    ... except SamesongError as error:
    ...     print(error)
    'missing.flac' does not exist; check the path
    """


class AudioError(SamesongError):
    """One recording cannot be used; the others can.

    Examples
    --------
    >>> from samesong.features import load
    >>> try:
    ...     load(b"")
    ... except AudioError as error:
    ...     print(error)
    'bytes' is empty (0 bytes); copy it again from where it came
    """


class DecodeError(AudioError):
    """A file is missing, unreadable, empty, truncated or not audio."""


class UnknownFormatError(DecodeError):
    """A file is in no format that can be read, or too damaged to tell which.

    Parameters
    ----------
    problem : str
        Which file it is, and what is wrong with it; the formats that can be read are added, unless
        it is the text of such an error and names them.

    Examples
    --------
    >>> str(UnknownFormatError("'notes.txt' is not audio"))[:63]
    "'notes.txt' is not audio; formats that can be read are mp3, mp2"
    """

    def __init__(self, problem: str) -> None:
        self.problem = problem.partition(_READABLE)[0]
        super().__init__(f"{self.problem}{_READABLE}{listed()}")


class SilentAudioError(AudioError):
    """A recording holds nothing but silence."""


class ShortAudioError(AudioError):
    """A recording is too short to be matched."""


class InvalidSamplesError(AudioError):
    """Samples hold NaN or infinity."""


class FrontEndError(SamesongError):
    """A front end is unknown, or breaks its contract."""


class BundleError(SamesongError):
    """A model bundle is missing or damaged."""


class CatalogError(SamesongError):
    """A catalog is missing, damaged or cannot be written."""


class DiskFullError(CatalogError):
    """There is no room on the disk for what is to be written to a catalog."""


class GroupingError(CatalogError):
    """Recordings of a catalog cannot be joined or split as a user wants."""


class MismatchError(SamesongError):
    """Two things that must fit each other (bundle, catalog, features) do not."""


class ClusterError(SamesongError):
    """A Ray cluster cannot be reached, has nothing to work with, or was lost."""


class DeviceError(SamesongError):
    """The device that was asked for is not available."""


class ManifestError(SamesongError):
    """A list of recordings (CSV) cannot be used."""


class SongListError(SamesongError):
    """Songs to search among cannot be found: a list of them, or an artist or album, is unusable."""


class SetlistError(SamesongError):
    """A set list cannot be used: something in it is missing, of a wrong type or out of range."""


class BenchmarkError(SamesongError):
    """Results or a folder of a benchmark cannot be used."""


class TrainingError(SamesongError):
    """A corpus, configuration or checkpoint cannot be used for training."""


class MissingExtraError(SamesongError):
    """An optional dependency is not installed."""
