"""A search on a cluster, simulated: where queries wait, and what the loss of a machine does.

A router analyses a query, and asks one replica of each shard, round after round: for the records
that are most like its windows, for the closest windows in those, and so on to the score of the
finalists, each where its rows are. A round ends with the slowest shard, and the router merges the
answers. Events are SimPy's. Service times are drawn by functions that the caller gives, so that
small cases have closed forms (tests/benchmarks/test_scaling_simulation.py).
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

Process = Generator[simpy.Event, Any, Any]
Draw = Callable[[np.random.Generator], float]
"""Draws the seconds of processor time of one service."""


@dataclass(frozen=True)
class Design:
    """A cluster.

    Attributes
    ----------
    shards, replicas : int, optional
        Shards of the windows, and machines that hold each.
    cores, threads : int, optional
        Cores of a replica, and how many of them a search takes at a time.
    router_cores : int, optional
        Cores of the router; 0 has it share those of the only replica.
    network : float, optional
        Mean seconds of a message, exponentially distributed.
    merge : float, optional
        Seconds of the router's processor time for each answer of a shard.
    notice, repair : float, optional
        Seconds until the loss of a replica is noticed by those who wait for it, and until
        another one takes its place.
    """

    shards: int = 1
    replicas: int = 1
    cores: int = 1
    threads: int = 1
    router_cores: int = 1
    network: float = 0.0
    merge: float = 0.0
    notice: float = 0.0
    repair: float = float("inf")


@dataclass(frozen=True)
class Round:
    """What all shards are asked at once, about each window of a query.

    Attributes
    ----------
    work : callable
        Work of all shards together.
    items : int, optional
        Candidates that it is about, each in any shard: those that hold none are not asked. With
        0, each shard has the same share of the work.
    """

    work: Draw
    items: int = 0


@dataclass(frozen=True)
class Services:
    """Processor time of a query.

    Attributes
    ----------
    analyse : callable
        Decoding and encoding a window, on one core of the router.
    rounds : sequence of Round
        The search, round after round.
    windows : sequence of int, optional
        Numbers of windows that queries have, each as likely.
    """

    analyse: Draw
    rounds: Sequence[Round]
    windows: Sequence[int] = (1,)


class Machine:
    """Some cores, which work takes in the order in which it comes.

    Parameters
    ----------
    env : simpy.Environment
        The clock.
    cores : int
        Number of cores.
    """

    def __init__(self, env: simpy.Environment, cores: int) -> None:
        self._env = env
        self._cores = simpy.Container(env, cores, init=cores)
        self.inside = 0
        self.lost = env.event()

    def work(self, seconds: float, threads: int = 1) -> Process:
        """Work on something.

        Parameters
        ----------
        seconds : float
            Processor time.
        threads : int, optional
            Cores among which it is divided.

        Yields
        ------
        simpy.Event
            As SimPy's processes do.
        """
        self.inside += 1
        yield self._cores.get(threads)
        yield self._env.timeout(seconds / threads)
        yield self._cores.put(threads)
        self.inside -= 1


class Cluster:
    """A cluster at work.

    Parameters
    ----------
    design : Design
        Its machines.
    services : Services
        What queries take.
    seed : int, optional
        Of everything that is drawn.

    Attributes
    ----------
    answered : list of (float, float)
        When each query came, and the seconds that it took, in the order of answers.
    """

    def __init__(self, design: Design, services: Services, seed: int = 1) -> None:
        self.env = simpy.Environment()
        self.answered: list[tuple[float, float]] = []
        self._design, self._services = design, services
        self._draw = np.random.default_rng(seed)
        self._shards: list[list[Machine | None]] = [
            [Machine(self.env, design.cores) for _ in range(design.replicas)]
            for _ in range(design.shards)
        ]
        only = self._shards[0][0]
        assert only is not None
        self._router = Machine(self.env, design.router_cores) if design.router_cores else only
        self._repaired = [self.env.event() for _ in self._shards]

    def poisson(self, rate: float, count: int) -> None:
        """Ask queries at random times, and wait for all answers.

        Parameters
        ----------
        rate : float
            Queries a second.
        count : int
            Number of queries.
        """

        def arrive() -> Process:
            for gap in self._draw.exponential(1 / rate, count):
                yield self.env.timeout(gap)
                self.env.process(self._query())

        self.env.process(arrive())
        self.env.run()

    def clients(self, clients: int, count: int) -> None:
        """Have clients ask, each as soon as it was answered, and wait for all answers.

        Parameters
        ----------
        clients : int
            Number of clients.
        count : int
            Queries of each.
        """

        def ask() -> Process:
            for _ in range(count):
                yield self.env.process(self._query())

        for _ in range(clients):
            self.env.process(ask())
        self.env.run()

    def lose(self, at: float, shard: int = 0, replica: int = 0) -> None:
        """Lose a replica with all that it works on.

        Parameters
        ----------
        at : float
            When, in seconds.
        shard, replica : int, optional
            Which one.
        """

        def happen() -> Process:
            yield self.env.timeout(at)
            machines = self._shards[shard]
            gone, machines[replica] = machines[replica], None
            if gone is not None:
                gone.lost.succeed()
            if self._design.repair < float("inf"):
                yield self.env.timeout(self._design.repair)
                machines[replica] = Machine(self.env, self._design.cores)
                self._repaired[shard].succeed()
                self._repaired[shard] = self.env.event()

        self.env.process(happen())

    def latencies(self, warm: float = 0.1) -> NDArray[np.float64]:
        """Return the seconds that queries took.

        Parameters
        ----------
        warm : float, optional
            Share of the queries, the first ones, that are left out: they met an idle cluster.

        Returns
        -------
        numpy.ndarray, shape (n_queries,), float64
            In the order in which queries came.
        """
        taken = np.array([seconds for _, seconds in sorted(self.answered)])
        return taken[int(warm * len(taken)) :]

    def _query(self) -> Process:
        began = self.env.now
        services, draw = self._services, self._draw
        windows = int(draw.choice(services.windows))
        yield from self._router.work(sum(services.analyse(draw) for _ in range(windows)))
        for one in services.rounds:
            parts = [self._parts(one) for _ in range(windows)]
            yield from self._fan_out(np.sum(parts, axis=0).tolist())
        self.answered.append((began, self.env.now - began))

    def _parts(self, one: Round) -> NDArray[np.float64]:
        """Return the seconds that a round about a window takes in each shard."""
        shards = self._design.shards
        if one.items:
            counts = self._draw.multinomial(one.items, [1 / shards] * shards)
            return one.work(self._draw) * counts / one.items
        return np.array([one.work(self._draw) for _ in range(shards)]) / shards

    def _fan_out(self, seconds: Sequence[float]) -> Process:
        """Have each shard work for so long, wait for the slowest, and merge their answers."""
        asked = [(shard, one) for shard, one in enumerate(seconds) if one]
        yield self.env.all_of([self.env.process(self._ask(*one)) for one in asked])
        if self._design.merge:
            yield from self._router.work(self._design.merge * len(asked))

    def _ask(self, shard: int, seconds: float) -> Process:
        """Ask replicas of a shard, until one has answered."""
        while True:
            while (machine := self._chosen(shard)) is None:
                yield self._repaired[shard]
            yield from self._message()
            work = self.env.process(machine.work(seconds, self._design.threads))
            yield work | machine.lost
            if not machine.lost.triggered:
                yield from self._message()
                return
            yield self.env.timeout(self._design.notice)

    def _chosen(self, shard: int) -> Machine | None:
        """Return the less busy one of two replicas that are drawn, as Ray Serve chooses."""
        there = [machine for machine in self._shards[shard] if machine is not None]
        if len(there) > 2:
            there = [there[n] for n in self._draw.choice(len(there), 2, replace=False)]
        self._draw.shuffle(there)
        return min(there, key=lambda machine: machine.inside, default=None)

    def _message(self) -> Process:
        if self._design.network:
            yield self.env.timeout(self._draw.exponential(self._design.network))
