"""The songs of a concert and their times.

`finder` goes through the steps: `timeline_reader` analyses the recording, `cell_evidence` compares
each 15 s of it with the catalog, `initial_segments` cuts it into stretches of one song each,
`naming` names each stretch or leaves it unknown, and `boundaries` moves starts and ends to where
they are.
"""
