"""The routes of set lists: jobs that find them, and reports."""

import time
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from samesong.features.errors import CatalogError
from samesong.features.progress import OnProgress, Progress
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.server.clients import client_of
from samesong.runtime.server.job import JobState
from samesong.runtime.server.job_schemas import JobModel, JobsModel
from samesong.runtime.server.known_songs import FIELDS, repertoire_of
from samesong.runtime.server.length_limit import length_limit
from samesong.runtime.server.openapi import (
    UPLOADING,
    refusals,
    report_answer,
    setlist_body,
    upload_body,
)
from samesong.runtime.server.owner import name_owner, owner_of
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.report import Report, report_of, report_of_json
from samesong.runtime.server.service import Service
from samesong.runtime.server.setlists.body import receive_json
from samesong.runtime.server.setlists.kept import KeptSetlist
from samesong.runtime.server.setlists.rights import digest
from samesong.runtime.server.share_id import new_id
from samesong.runtime.server.uploaded_concert import UploadedConcert
from samesong.runtime.server.uploads import receive_form
from samesong.runtime.setlist.concert_job import ConcertJob
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.finder import OnFound

FormatName = StrEnum("FormatName", {name: name for name in FORMATS})  # type: ignore[misc]
FormatQuery = Annotated[FormatName, Query(alias="format")]


def job_routes(service: Service) -> APIRouter:
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
    router = APIRouter(prefix="/v1", tags=["set lists"])

    @router.post(
        "/setlist",
        status_code=202,
        response_model=JobModel,
        responses=refusals(409, *UPLOADING),
        openapi_extra=upload_body("audio", known=True, many=True),
        summary="Find the songs of a concert",
        description="Start to find the songs of a concert; the answer says where to ask for them, "
        "and the list is then kept under the same id, as one of /v1/setlists. "
        "Several files, in order and each in a part 'audio', are one concert; together they may be "
        "as large as one file may.",
    )
    async def setlist(
        request: Request,
        response: Response,
        talk: Annotated[
            bool, Query(description="List talk, applause and tuning between songs as well.")
        ] = False,
    ) -> dict[str, Any]:
        service.concerts.require_room(client_of(request))
        service.setlists.require_room()
        with ExitStack() as held:
            folder = Path(held.enter_context(service.work.folder()))
            limit = service.settings.upload_bytes
            audio, fields = await receive_form(request, folder, ["audio"], limit, FIELDS, many=True)
            concert = await run_in_threadpool(
                UploadedConcert.of, audio, service.settings.concert_seconds, service.reader
            )
            repertoire = repertoire_of(fields)
            # Refuses an empty catalog, and songs that it does not have.
            search = await run_in_threadpool(service.searches.find, repertoire)
            warnings = list(search.warnings)
            owner = name_owner(request, response)
            id_ = new_id()
            kept_as = (id_, owner)
            sent = ConcertJob(folder, concert.audio.paths, repertoire, talk)
            work = partial(_make, service, concert, sent, warnings=warnings, kept_as=kept_as)
            job = service.jobs.start(
                concert.name,
                work,
                held,
                warnings=warnings,
                owner=owner,
                client=client_of(request),
                id_=id_,
            )
        response.headers["Location"] = f"/v1/jobs/{job.id}"
        return job.to_dict()

    @router.get(
        "/jobs",
        response_model=JobsModel,
        responses=refusals(),
        summary="List jobs",
        description="Return the remembered jobs that this client started, newest first, without "
        "their results. It is known by a cookie; who knows the id of a job needs none.",
    )
    async def jobs(request: Request) -> dict[str, Any]:
        # Without a cookie, it has started none.
        owner = owner_of(request)
        own = service.jobs.of(owner) if owner else []
        return {"jobs": [job.to_dict(with_result=False) for job in own]}

    @router.get(
        "/jobs/{job_id}",
        response_model=JobModel,
        responses=refusals(404, 422),
        summary="Get a job",
        description="Return the progress of a job, and the set list when it is done.",
    )
    def job(job_id: str) -> dict[str, Any]:
        return service.jobs.get(job_id).to_dict()

    @router.delete(
        "/jobs/{job_id}",
        response_model=JobModel,
        responses=refusals(404, 422),
        summary="Cancel a job",
        description="Cancel a job; one that has ended stays as it is.",
    )
    async def cancel(job_id: str) -> dict[str, Any]:
        return service.jobs.cancel(job_id).to_dict()

    @router.get(
        "/jobs/{job_id}/report",
        response_class=Response,
        responses=report_answer() | refusals(404, 409, 422),
        summary="Get the report of a job",
        description="Return the set list of a job as a file.",
    )
    def job_report(job_id: str, format_: FormatQuery) -> Response:
        job = service.jobs.get(job_id)
        if job.state is not JobState.DONE or job.result is None:
            raise ProblemError(
                409, "job-unfinished", f"there is no set list: the job is {job.state}, not done"
            )
        return _as_file(report_of(job.result, format_), format_)

    @router.post(
        "/report",
        response_class=Response,
        responses=report_answer() | refusals(400, 408, 413, 422, 429, 503),
        openapi_extra=setlist_body(),
        summary="Make a report",
        description="Return a set list, such as one corrected by hand, as a file.",
    )
    async def report(request: Request, format_: FormatQuery) -> Response:
        service.reports.require_room(client_of(request))
        body = await receive_json(request)
        made = await service.reports.run(partial(report_of_json, body, format_), client_of(request))
        return _as_file(made, format_)

    return router


def _make(
    service: Service,
    concert: UploadedConcert,
    sent: ConcertJob,
    report: OnProgress,
    found_so_far: OnFound,
    *,
    warnings: list[str],
    kept_as: tuple[str, str],
) -> Setlist:
    limit = length_limit(concert.name, service.settings.concert_seconds)

    def report_within(progress: Progress) -> None:
        limit(progress)
        report(progress)

    found = service.concert_finder.find(
        sent, report_within, lambda so_far: found_so_far(concert.named(so_far))
    )
    warnings += [service.explain(error).detail for error in found.failures]
    warnings += concert.remarks(found.notes)
    made = concert.named(found.setlist)
    id_, owner = kept_as
    try:
        now = time.time()
        files = concert.kept(id_, found.files)
        kept = KeptSetlist(
            id_, now, now, made, warnings=tuple(warnings), files=files, owner=digest(owner)
        )
        audio = [file.path for file in found.files]
        warnings += service.setlists.keep(kept, found.waveform, audio).warnings[len(warnings) :]
    except CatalogError as error:  # what was found in an hour is shown all the same
        warnings.append(f"this list is not kept: {error}")
    return made


def _as_file(report: Report, form: str) -> Response:
    name = report.name
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " -._()") else "_" for c in name)
    coded = quote(name, safe="", errors="replace")
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}"
    headers = {"Content-Disposition": disposition}
    return Response(report.content, media_type=FORMATS[form].media_type, headers=headers)
