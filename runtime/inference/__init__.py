"""From audio to windows: model bundles, ONNX Runtime, and the analysis of a recording."""
