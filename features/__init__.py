"""samesong features: from an audio file to a standardised CQ-spectrogram."""
