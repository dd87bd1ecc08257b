"""Small cases of the simulated cluster, whose answers are known in closed form; seeds are fixed."""

import numpy as np
import pytest
from scaling_simulation import Cluster, Design, Round, Services


def fixed(seconds):
    return lambda _: seconds


def exponential(mean):
    return lambda draw: draw.exponential(mean)


def services(search, *others, analyse=0.0, windows=(1,)):
    return Services(fixed(analyse), [Round(search), *others], windows)


def mean_latency(design, given, rate, count=8_000, seed=3):
    cluster = Cluster(design, given, seed)
    cluster.poisson(rate, count)
    assert len(cluster.answered) == count
    return cluster.latencies().mean()


@pytest.mark.parametrize("busy", [0.3, 0.6, 0.8])
def test_exponential_service_waits_as_in_a_queue_m_m_1(busy):
    took = mean_latency(Design(), services(exponential(1.0)), busy)
    assert took == pytest.approx(1 / (1 - busy), rel=0.1)


@pytest.mark.parametrize("busy", [0.3, 0.6, 0.8])
def test_constant_service_waits_as_in_a_queue_m_d_1(busy):
    took = mean_latency(Design(), services(fixed(1.0)), busy)
    assert took == pytest.approx(1 + busy / (2 * (1 - busy)), rel=0.06)


def test_two_cores_wait_as_in_a_queue_m_m_2():
    rate, busy = 1.4, 0.7
    took = mean_latency(Design(cores=2), services(exponential(1.0)), rate)
    assert took == pytest.approx(1 / (1 - busy**2), rel=0.06)


def test_the_less_busy_of_two_replicas_is_asked_as_in_the_supermarket_model():
    # Mitzenmacher's limit for many queues: the sum of busy ** (2 ** i - 2) over i from 1.
    busy, replicas = 0.7, 50
    took = mean_latency(Design(replicas=replicas), services(exponential(1.0)), busy * replicas)
    assert took == pytest.approx(sum(busy ** (2**i - 2) for i in range(1, 6)), rel=0.06)


@pytest.mark.parametrize("shards", [1, 4, 16])
def test_an_idle_cluster_waits_for_the_slowest_of_its_shards(shards):
    design = Design(shards=shards)
    took = mean_latency(design, services(exponential(shards)), 1e-3, count=2_000)
    harmonic = sum(1 / n for n in range(1, shards + 1))
    assert took == pytest.approx(harmonic, rel=0.06)


def test_the_slowest_of_two_queues_is_that_of_flatto_and_hahn():
    # Fork-join of two M/M/1 queues: (12 - busy) / 8 times the mean of one queue.
    busy = 0.6
    took = mean_latency(Design(shards=2), services(exponential(2.0)), busy)
    assert took == pytest.approx((12 - busy) / 8 / (1 - busy), rel=0.1)


def test_threads_divide_a_search():
    design = Design(cores=8, threads=4)
    assert mean_latency(design, services(fixed(2.0)), 1e-6, count=50) == pytest.approx(0.5)


def test_an_idle_query_takes_the_sum_of_its_parts():
    given = services(fixed(0.5), Round(fixed(1.0)), analyse=0.25, windows=(3,))
    took = mean_latency(Design(merge=0.1), given, 1e-6, count=50)
    assert took == pytest.approx(3 * (0.25 + 0.5 + 1.0) + 2 * 0.1)


def test_each_message_takes_its_time():
    given = services(fixed(1.0), Round(fixed(1.0)))
    took = mean_latency(Design(network=0.25), given, 1e-3, 4_000)
    assert took == pytest.approx(2.0 + 4 * 0.25, rel=0.02)


def test_candidates_are_looked_at_where_they_are():
    shards, items = 4, 32
    counts = np.random.default_rng(0).multinomial(items, [1 / shards] * shards, 20_000)
    slowest = counts.max(axis=1).mean() / items
    given = Services(fixed(0.0), [Round(fixed(1.0), items)])
    took = mean_latency(Design(shards=shards), given, 1e-3, 1_000)
    assert took == pytest.approx(slowest, rel=0.02)


def test_shards_without_candidates_are_not_asked():
    given = Services(fixed(0.0), [Round(fixed(1.0), items=1)])
    took = mean_latency(Design(shards=8, merge=0.25), given, 1e-6, count=50)
    assert took == pytest.approx(1.25)


def test_clients_take_turns_on_one_core():
    alone, pair = (Cluster(Design(router_cores=0), services(fixed(1.0), analyse=0.5)) for _ in "ab")
    alone.clients(1, 20)
    pair.clients(2, 20)
    assert alone.latencies().mean() == pytest.approx(1.5)
    assert pair.latencies().mean() == pytest.approx(3.0, rel=0.06)


def test_a_query_survives_the_loss_of_a_replica():
    design = Design(replicas=2, notice=0.5)
    cluster = Cluster(design, services(fixed(1.0)), seed=2)
    cluster.clients(2, 1)
    assert cluster.latencies().tolist() == [1.0, 1.0]
    cluster = Cluster(design, services(fixed(1.0)), seed=2)
    cluster.lose(0.25, replica=0)
    cluster.clients(2, 1)
    # One works on; the other is noticed at 0.75, and waits for the machine that is left.
    assert sorted(cluster.latencies(0).tolist()) == [1.0, 2.0]


def test_without_any_replica_queries_wait_for_the_repair():
    cluster = Cluster(Design(repair=10.0), services(fixed(1.0)))
    cluster.lose(0.5)
    cluster.clients(1, 1)
    assert cluster.latencies(0).tolist() == [11.5]


def test_the_same_seed_gives_the_same_answers():
    def run(seed):
        cluster = Cluster(Design(shards=3, replicas=3), services(exponential(1.0)), seed)
        cluster.poisson(1.0, 200)
        return cluster.answered

    assert run(1) == run(1)
    assert run(1) != run(2)
