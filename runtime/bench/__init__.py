"""Benchmarks of samesong: latency by stage, retrieval at scale, and comparison with peers."""
