"""Works: which recordings are of one song, by what is known about them."""
