"""The model card: what a model is, where it comes from, how good it is and where it is not."""
