"""Following live audio: a microphone or a pipe."""
