"""The routes of the audio of a kept set list: played, drawn, and compared with a studio track."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse

from samesong.features.errors import SilentAudioError
from samesong.runtime.identification.comparison import Comparison, compare_windows
from samesong.runtime.server.audio_answer import AUDIO_FILE, audio_answer
from samesong.runtime.server.clients import client_of
from samesong.runtime.server.comparison_json import comparison_json
from samesong.runtime.server.identify_schemas import ComparisonModel
from samesong.runtime.server.length_limit import too_long
from samesong.runtime.server.openapi import refusals
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.service import Service
from samesong.runtime.server.setlists.schemas import WaveformModel
from samesong.runtime.setlist.concert_audio import ConcertAudio

Seconds = Annotated[float, Query(ge=0, allow_inf_nan=False)]


def setlist_audio_routes(service: Service) -> APIRouter:
    """Return the routes.

    Parameters
    ----------
    service : Service
        The resources of the service.

    Returns
    -------
    APIRouter
        The routes.
    """
    router = APIRouter(prefix="/v1/setlists", tags=["set lists"])
    store = service.setlists

    @router.get(
        "/{setlist_id}/waveform",
        response_model=WaveformModel,
        responses=refusals(404, 410, 422, 503),
        summary="Get the waveform of a set list",
        description="Return the loudness of the recording, to be drawn.",
    )
    def waveform(setlist_id: str) -> dict[str, Any]:
        found = store.waveform(setlist_id)
        if found is None:
            raise ProblemError(404, "no-audio", "this set list has no recording to be drawn")
        return found

    @router.get(
        "/{setlist_id}/audio/{number}",
        response_class=FileResponse,
        responses=refusals(404, 410, 422, 503) | AUDIO_FILE,
        summary="Play a set list",
        description="Return a file of the recording, or a part of it, to be played.",
    )
    def audio(setlist_id: str, number: int) -> FileResponse:
        _, path = store.audio(setlist_id, number)
        return audio_answer(path)

    @router.post(
        "/{setlist_id}/audio/{number}/compare",
        response_model=ComparisonModel,
        responses=refusals(404, 410, 422, 429, 503, 507),
        summary="Compare a song with a track",
        description="Compare a part of a file of the recording with a track of the catalog: where "
        "do they match? Times of the query are those of the file.",
    )
    async def compare(
        request: Request,
        setlist_id: str,
        number: int,
        *,
        track_id: str,
        start: Seconds,
        end: Seconds,
    ) -> dict[str, Any]:
        file, path = store.audio(setlist_id, number)
        if not start < end:
            raise ProblemError(422, "parameters", f"end is {end:g}; give one above {start:g}")
        if end - start > service.settings.seconds:
            raise too_long(file.name, end - start, service.settings.seconds)
        work = partial(_compare, service, (path, file.name), (start, end), track_id)
        return comparison_json(await service.pool.run(work, client_of(request)))

    return router


def _compare(
    service: Service, file: tuple[Path, str], span: tuple[float, float], track_id: str
) -> Comparison:
    path, name = file
    library = service.library
    track = library.track(track_id)
    part = ConcertAudio([path], start=span[0], end=span[1], reader=service.reader)
    rate = library.bundle.spec.sample_rate
    samples = np.concatenate([np.zeros(0, np.float32), *part.samples(rate)])
    windows = [
        replace(one, start=one.start + span[0], end=one.end + span[0])
        for one in library.analyser.samples(samples, rate)
    ]
    if not windows:
        raise SilentAudioError(f"{name}: silent from {span[0]:.0f} to {span[1]:.0f} s")
    stored = library.snapshot().catalog.windows(track_id)
    return compare_windows(
        (name, track.title or track.track_id),
        windows,
        [one.window for one in stored],
        service.scorer,
        library.bundle,
    )
