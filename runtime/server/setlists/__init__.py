"""Set lists that a service keeps: found by it, corrected by people, with the audio for a time."""
