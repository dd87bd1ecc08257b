"""Numbers that were fitted for a model: sections of its manifest, each with what it was fitted on.

A number stands here if other data or another network would ask for another value. What is a
decision (a batch size, a limit, a span of seconds) stands beside the code that it is made for.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# Far beyond what any fit gives, and near enough that no arithmetic overflows.
_MOST, _LEAST = 1e6, 1e-6

Weight = Annotated[float, Field(ge=0, le=_MOST)]
Finite = Annotated[float, Field(ge=-_MOST, le=_MOST)]
Above = Annotated[float, Field(ge=_LEAST, le=_MOST)]
Odds = Annotated[float, Field(ge=1, le=_MOST)]
Sentence = Annotated[str, Field(min_length=1, max_length=5000)]
Power = Annotated[float, Field(ge=-4, le=4)]
Finalists = Annotated[int, Field(ge=1, le=1000)]
Share = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """Base of all parts of a manifest.

    Unknown fields are refused, "12" and true are no numbers, and values never change.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Section(Strict):
    """Numbers that were fitted together.

    Attributes
    ----------
    fitted_on : str
        The data that they were fitted on, in a sentence.
    """

    fitted_on: Sentence


class Calibration(Section):
    """Weights that turn the evidence of a pair of windows into the probability of one song.

    ``probability = sigmoid(scale * (logit(score) + alignment * a + chroma * c) + offset)``, where
    a and c are the alignment scores of the coarsest CSM and of the chroma CSM.

    Attributes
    ----------
    alignment, chroma : float
        Weights of the two alignment scores beside the scorer's logit, 0 or above.
    scale, offset : float
        Platt's sigmoid; true and wrong pairs count as equally likely beforehand.
    """

    alignment: Weight
    chroma: Weight
    scale: Above
    offset: Finite


class ChanceCurve(Strict):
    """Root of the gains that different songs reach on average: ``factor * steps ** power``.

    Attributes
    ----------
    factor, power : float
        The curve; steps are those of the shorter side of a CSM.
    """

    factor: Weight
    power: Power

    def at(self, steps: int) -> float:
        """Return the curve at a number of steps.

        Parameters
        ----------
        steps : int
            Of the shorter side of a CSM, at least 1.

        Returns
        -------
        float
            Score that different songs reach on average.
        """
        return self.factor * float(steps**self.power)


class AlignmentParameters(Section):
    """Gains of the local alignment that scores a coarse CSM.

    See `samesong.runtime.matching.alignment_score`.

    Attributes
    ----------
    cell_threshold : float
        Standard deviations above its row's and its column's mean from which a cell adds.
    skip_share : float
        Share of a bad cell's loss that a move over it costs; moves over good cells are free.
    deep_chance, chroma_chance : ChanceCurve
        Scores of different songs, in the coarsest CSM and in that of chroma.
    """

    cell_threshold: Finite
    skip_share: Share
    deep_chance: ChanceCurve
    chroma_chance: ChanceCurve


class PathParameters(Section):
    """Gains of the alignment path through the finest CSMs.

    See `samesong.runtime.matching.alignment`.

    Attributes
    ----------
    cell_threshold : float
        Standard deviations above the mean from which a cell adds to a path.
    skip : float
        Cost of a move off the diagonal; without it a path wanders from one bright cell to the next.
    """

    cell_threshold: Finite
    skip: Weight


class PoolingParameters(Section):
    """Soft mean over the pairs of windows of two recordings.

    See `samesong.runtime.matching.pooling`.

    Attributes
    ----------
    temperature : float
        Log-odds by which a pair of windows must be better to count e times as much as another.
    """

    temperature: Above


class PosteriorParameters(Section):
    """Weights of the works of a catalog against each other and against none of them.

    See `samesong.runtime.identification.posterior`.

    Attributes
    ----------
    sharpness : float
        Exponent of likelihood ratios; below 1 where the best pairs are too sure.
    none_cap : float
        Works that none of them weighs as much as, at most. Beyond so many, the works that were
        compared show what chance reaches.
    chance_weight : float, optional
        Weight of what chance reaches with a query: the higher, the likelier is none of the works.
    usual_chance : float, optional
        Log-odds that it usually reaches.
    """

    sharpness: Above
    none_cap: Odds
    chance_weight: Weight = 0.0
    usual_chance: Finite = 0.0


class TempoParameters(Section):
    """Scoring of the best works again, with the query at the tempo of its alignment.

    See `samesong.runtime.identification.tempo_stage`.

    Attributes
    ----------
    works : int
        Best works whose recordings are scored again, 1 to 64.
    step : float
        Ratio of neighbouring tempos, of which the nearest one is taken; above 1.
    """

    works: Annotated[int, Field(ge=1, le=64)]
    step: Annotated[float, Field(ge=1.01, le=2)]


class RepertoireParameters(Section):
    """Songs that are likelier because something is known of what is played.

    Attributes
    ----------
    given_odds : float
        Factor of the odds beforehand of a work that is by an artist or in a repertoire that users
        give.
    learnt_odds : float
        The same of a work by an artist of whom others were named in the same concert.
    """

    given_odds: Odds
    learnt_odds: Odds


class OutlineWeights(Section):
    """Weights beside the alignment score of two outlines, in the search for candidates.

    Attributes
    ----------
    centroid : float
        Weight of the cosine of centroids.
    late_interaction : float
        Weight of late interaction, in each direction.
    """

    centroid: Weight
    late_interaction: Weight


class ShortlistWeights(Section):
    """Weights beside the alignment score of the coarsest CSM, when candidates are shortlisted.

    How many are worth scoring depends on how well these tell, and on what the model's scorer costs.

    Attributes
    ----------
    chroma : float
        Weight of the alignment score of the chroma CSM.
    centroid : float
        Weight of the cosine of centroids.
    late_interaction : float
        Weight of late interaction, in each direction.
    mean : float
        Weight of the CSM's mean.
    finalists : int
        Works with the best candidates, whose recordings are scored, 1 to 1,000.
    """

    chroma: Weight
    centroid: Weight
    late_interaction: Weight
    mean: Weight
    finalists: Finalists = 32


class SetlistParameters(Section):
    """Gains and costs by which a concert is divided into songs.

    See `samesong.runtime.setlist`. Log-odds are natural; gains of alignments are in standard
    deviations of a cell.

    Attributes
    ----------
    least_evidence, most_evidence : float
        Log-odds between which the evidence of a cell is kept: no window settles a whole song.
    unknown_evidence : float
        Log-odds that the best of a catalog's tracks reaches in a window of a song that is none of
        them.
    least_music : float
        Log-odds of music below which a window is not compared.
    entry_cost : float
        Cost of coming into any state of a cell, in log-odds.
    path_middle : float
        Gain half way between a step on the right path and one on the best path through another
        track.
    music_weight : float
        Weight of the log-odds of music beside the gains of an alignment.
    jump_cost, ends_cost, pause_cost : float
        Cost of going on at another place of a track, of coming into it behind its beginning or
        leaving it before its end, and of a pause between two songs.
    talk_cost : float
        Cost of beginning or ending talk within an unknown song, in log-odds of music summed over
        steps.
    music_centre, music_slope : float
        Log-odds of music are ``music_slope * (steadiness - music_centre)``.
    """

    least_evidence: Finite
    most_evidence: Finite
    unknown_evidence: Finite
    least_music: Finite
    entry_cost: Weight
    path_middle: Finite
    music_weight: Weight
    jump_cost: Weight
    ends_cost: Weight
    pause_cost: Weight
    talk_cost: Weight
    music_centre: Finite
    music_slope: Above


class VersionParameters(Section):
    """Bars above which a new track of a catalog is another recording of one that was there.

    See `samesong.runtime.identification.version_finder`.

    Attributes
    ----------
    twin_cosine : float
        Cosine of simultaneous steps above which two recordings are one.
    speed_gain : float
        Cosine, summed over steps, that they may gain at another speed and still be one.
    coarse : float
        Coarse evidence below which a pair is not scored.
    evidence : float
        Log-odds above which two recordings are of one song, in both directions, among 100 tracks.
    per_tenfold : float
        Log-odds by which that bar rises with each tenfold of tracks, since more tracks are more
        chances for the best wrong one.
    """

    twin_cosine: Share
    speed_gain: Weight
    coarse: Finite
    evidence: Finite
    per_tenfold: Weight


class Fitted(Strict):
    """Everything that was fitted for a model, besides its two networks.

    Attributes
    ----------
    calibration : Calibration
        From the evidence of a pair of windows to its probability.
    alignment : AlignmentParameters
        Alignment scores of coarse CSMs.
    path : PathParameters
        Alignment paths through the finest CSMs.
    pooling : PoolingParameters
        From pairs of windows to pairs of recordings.
    posterior : PosteriorParameters
        From the evidence for tracks to their probabilities.
    repertoire : RepertoireParameters
        Where the artist or the songs that may be played are known.
    outlines : OutlineWeights
        The search for candidates.
    shortlist : ShortlistWeights
        The choice among candidates.
    setlist : SetlistParameters
        Set lists of concerts.
    versions : VersionParameters
        Other recordings of a song, found when a track is indexed.
    tempo : TempoParameters or None
        Other tempos of a query; None where it is scored at its own alone.
    """

    calibration: Calibration
    alignment: AlignmentParameters
    path: PathParameters
    pooling: PoolingParameters
    posterior: PosteriorParameters
    repertoire: RepertoireParameters
    outlines: OutlineWeights
    shortlist: ShortlistWeights
    setlist: SetlistParameters
    versions: VersionParameters
    tempo: TempoParameters | None = None
