"""The formats of reports, by name.

To add a format, write a module beside this one that defines its ``FORMAT``, as ``audacity.py``
does, and list it here: commands, the HTTP service and the web page then offer it.
"""

from samesong.runtime.reports import audacity, csv_, cue, html_, json_, m3u, setlistfm, tracklist

FORMATS = {
    report.name: report
    for report in (
        csv_.FORMAT,
        html_.FORMAT,
        json_.FORMAT,
        cue.FORMAT,
        cue.MARKED,
        audacity.FORMAT,
        tracklist.FORMAT,
        setlistfm.FORMAT,
        m3u.FORMAT,
    )
}
"""The formats, in the order in which they are offered."""
