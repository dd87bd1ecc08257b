"""Files: which are audio, what their tags say, and writing them whole or not at all."""
