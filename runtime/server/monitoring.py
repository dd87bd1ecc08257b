"""Counts and gauges of a service, for Prometheus."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samesong.runtime.identification.shard_state import ShardState

MEDIA_TYPE = CONTENT_TYPE_LATEST

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})
_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)


class Monitor:
    """The counters and gauges of one service."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "samesong_requests_total",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "samesong_request_seconds",
            "Time from the start of a request to the end of its response.",
            ["route"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._cut_off = Counter(
            "samesong_connections_cut_off_total",
            "Connections refused, or closed before their client closed them.",
            ["reason"],
            registry=self._registry,
        )
        self.listeners = Gauge(
            "samesong_listeners", "Live recordings being followed.", registry=self._registry
        )

    def add_gauge(self, name: str, help_: str, value: Callable[[], float]) -> None:
        """Add a gauge that is computed when it is read.

        Parameters
        ----------
        name : str
            Name, without the prefix ``samesong_``.
        help_ : str
            Description.
        value : callable
            Returns the present value.
        """
        Gauge(f"samesong_{name}", help_, registry=self._registry).set_function(value)

    def add_shards(self, states: Callable[[], Sequence[ShardState]]) -> None:
        """Add gauges of the shards that the catalog is searched in.

        Parameters
        ----------
        states : callable
            Returns the present state of each.
        """
        self._registry.register(_Shards(states))

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request.

        Parameters
        ----------
        method : str
            HTTP method.
        route : str
            Path of the route, with the names of its parameters.
        status : int
            Status of the response.
        seconds : float
            Time that the request took.
        """
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def count_cut_off(self, reason: str) -> None:
        """Count a connection that was refused or cut off.

        Parameters
        ----------
        reason : str
            The reason, one of a few.
        """
        self._cut_off.labels(reason).inc()

    def text(self) -> bytes:
        """Return all values in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Shards(Collector):
    """Gauges of shards, asked for once each time that they are read."""

    def __init__(self, states: Callable[[], Sequence[ShardState]]) -> None:
        self._states = states

    def collect(self) -> Iterator[Metric]:
        windows = GaugeMetricFamily(
            "samesong_shard_windows", "Windows that a shard holds.", labels=["shard"]
        )
        replicas = GaugeMetricFamily(
            "samesong_shard_replicas", "Replicas of a shard that answer.", labels=["shard"]
        )
        for state in self._states():
            windows.add_metric([str(state.number)], state.n_windows)
            replicas.add_metric([str(state.number)], state.replicas)
        yield from (windows, replicas)

    def describe(self) -> list[Metric]:
        return []  # the names are not looked up by asking the shards


class CountRequests:
    """Middleware that counts requests and WebSockets, those that are refused included.

    Requests are counted by route, not by path: ids in paths would each make a time series.

    Parameters
    ----------
    app : ASGIApp
        The application.
    monitor : Monitor
        The counters.
    """

    def __init__(self, app: ASGIApp, monitor: Monitor) -> None:
        self._app, self._monitor = app, monitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the application and count it.

        Parameters
        ----------
        scope : Scope
            The ASGI connection.
        receive : Receive
            Receives its messages.
        send : Send
            Sends messages.
        """
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        status = 500  # an exception becomes that further out

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] in _STARTS:
                status = message.get("status", 101)
            elif message["type"] == "websocket.close" and status == 500:
                status = 403  # it was never accepted
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            asked = scope.get("method", "GET")  # which a WebSocket begins with
            method = asked if asked in _METHODS else "other"
            self._monitor.count_request(method, route, status, perf_counter() - began)
