"""Open files: each connection needs some, and a server that has none left answers nobody."""

import resource

_EACH = 3  # a connection, and the two files that it may be uploading
_REST = 200  # the catalog, the model, the page, and work on them


def connections_within(wanted: int) -> int:
    """Return how many connections this process can have, once it may open as many files as it can.

    Parameters
    ----------
    wanted : int
        Number of connections.

    Returns
    -------
    int
        At most `wanted`, at least 1.
    """
    needed = _REST + _EACH * wanted
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed != resource.RLIM_INFINITY and allowed < needed:
        allowed = needed if most == resource.RLIM_INFINITY else min(needed, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    if allowed == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, (allowed - _REST) // _EACH))
