"""The forecasting models: training, evaluation and serving in SageMaker script mode."""
