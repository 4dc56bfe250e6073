"""The forecasting models: training, evaluation and serving in SageMaker script mode."""

import os

# OpenMP's threads otherwise spin while they wait. Where another process wants the same cores, as on a laptop with the
# whole local cloud on it, that made training ten times slower. It is read once, when torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
