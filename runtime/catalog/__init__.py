"""The catalog: tracks and their windows, stored in LanceDB."""
