"""What a model sees: one code path for training and for serving, numpy only."""
