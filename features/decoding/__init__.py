"""Decoding: from any file that people have to mono samples, on the clock of the recording.

`container` opens a file, in the parts that `parts` finds in it; `stream_choice` and `channels`
choose what carries music; `frames` decodes to the end, placed in time by `clock`; `resampling`
brings all of it to one rate. `formats` is the list of what can be decoded.
"""
