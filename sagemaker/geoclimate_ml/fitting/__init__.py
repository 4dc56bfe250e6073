"""Fitting a network: epochs, checkpoints, several processes, and the search for hyperparameters."""
