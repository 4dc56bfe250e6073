"""Serving a model: as an ONNX file, by ONNX Runtime or torch, and what requests may hold."""
