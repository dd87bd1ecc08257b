"""Windows of a recording as the model represents them: deep sequences and chroma."""
