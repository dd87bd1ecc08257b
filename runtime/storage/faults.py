"""What object stores answer when they refuse, and what to do about it."""

import re

from samesong.features.errors import shown

# The first that is found in a message counts: what says more stands first.
_ADVICE = (
    (
        r"NoSuchBucket|ContainerNotFound|bucket does not exist|container does not exist",
        "its bucket does not exist: check the address, or make the bucket first",
    ),
    (
        r"builder error|URL scheme is not allowed|BadScheme",
        "its endpoint is plain HTTP, which has to be allowed: set AWS_ALLOW_HTTP=true, or "
        "--storage-option allow_http=true",
    ),
    (
        r"UnknownConfigurationKey|is not valid for store|Config error|Invalid key|invalid literal",
        "an option of the store is unknown or has no such value: check each --storage-option",
    ),
    (
        r"InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|AuthenticationFailed"
        r"|InvalidAuthenticationInfo|credential error|status: 401|401 Unauthorized"
        r"|Unauthenticated|invalid_grant",
        "the store does not accept the credentials: check them, such as AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY",
    ),
    (
        r"169\.254\.169\.254|metadata\.google|Failed to get AWS credentials|CredentialsNotLoaded"
        r"|Account must be specified|credentials provider",
        "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
        "GOOGLE_APPLICATION_CREDENTIALS, or AZURE_STORAGE_ACCOUNT_NAME and "
        "AZURE_STORAGE_ACCOUNT_KEY",
    ),
    (
        r"AccessDenied|AuthorizationPermissionMismatch|status: 403|403 Forbidden"
        r"|InsufficientPermissions|PermissionDenied",
        "these credentials do not allow it: ask for permission to read, write, list and delete "
        "there, or use others",
    ),
    (
        r"StorageFull|QuotaExceeded|InsufficientStorage|InsufficientCapacity|status: 507|507 Insuf",
        "the store is full: make room there and run it again; what is in it stays valid",
    ),
    (
        r"SlowDown|TooManyRequests|ServerBusy|ServiceUnavailable|status: (429|503)|429 Too|503 Ser",
        "the store is too busy: run it again later; what is in it stays valid",
    ),
    (
        r"error sending request|error decoding response|connection|timed? ?out|dns error"
        r"|broken pipe|request or response body|HTTP error|status: 50\d|50\d ",
        "the store cannot be reached, or the connection was cut: check the network and the "
        "endpoint, such as AWS_ENDPOINT_URL, and run it again; what is in it stays valid",
    ),
)
_PATTERNS = [(re.compile(signs, re.IGNORECASE), advice) for signs, advice in _ADVICE]
# Anything may be a name: of an address, what follows its host tells nothing.
_NAMES = re.compile(r"\b(?:(https?://[^/\s]+)|(?:s3|gs|az)://)[^\s\"')]*")
_CODE = re.compile(r"<Code>(\w+)</Code>")
# Of a message, what follows is of no use to anyone but the authors of a library.
_DETAILS = re.compile(
    r"\s*(Debug source:|<\?xml|- HTTP error| in [\d.]+(s|ms|µs|ns)\b|\{ ).*", re.DOTALL
)


def told_by_store(message: str) -> str | None:
    """Return what is wrong with an object store, and what to do.

    Parameters
    ----------
    message : str
        Of the library that met a failure, in full.

    Returns
    -------
    str or None
        One line; None if the message is of no kind that is known.

    Examples
    --------
    >>> told_by_store("Server returned 503: <Error><Code>SlowDown</Code></Error>")
    'the store is too busy: run it again later; what is in it stays valid (SlowDown)'
    """
    told = _NAMES.sub(lambda address: address[1] or "", message)
    advice = next((advice for pattern, advice in _PATTERNS if pattern.search(told)), None)
    return advice and f"{advice} ({reason_in(message)})"


def reason_in(message: str) -> str:
    """Return the part of a message that is fit to be shown.

    Parameters
    ----------
    message : str
        Of the library that met a failure.

    Returns
    -------
    str
        The store's own word for it, or the beginning of the message.

    Examples
    --------
    >>> reason_in("Server returned 404: <Error><Code>NoSuchBucket</Code></Error>")
    'NoSuchBucket'
    """
    if code := _CODE.search(message):
        return code[1]
    return shown(_DETAILS.sub("", message).strip(), 160)[1:-1]
