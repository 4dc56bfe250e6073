from pathlib import Path
from typing import Final

MEASURED: Final = Path(__file__).with_name("capacity_measured.json")
