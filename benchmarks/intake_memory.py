"""Memory that reading takes, for large sound tables of each kind.

Run: python benchmarks/intake_memory.py [share of the rows, default 1]
Bar: no read above 4 times the file's size plus 100 MB, beyond what the imports take.
"""

from __future__ import annotations

import html
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

MB = 2**20
PLACE = ["station", "time", "lon", "lat", "layer"]
LONG = [*PLACE, "parameter", "unit", "value", "note"]
WIDE = [*PLACE, "pH", "DO (mg/L)", "DIN (mg/L)", "PO4-P (mg/L)", "Chl-a (ug/L)", "COD (mg/L)",
        "Salinity", "Temperature"]  # fmt: skip
PARAMETERS = [("DIN", "mg/L"), ("PO4-P", "mg/L"), ("pH", ""), ("DO", "mg/L"), ("Chl-a", "ug/L")]


def visit(i: int) -> list[str]:
    """Station, time, place and layer of a row."""
    k = i % 2000
    time = f"2023-{i // 10000 % 12 + 1:02d}-08 10:00"
    return [f"ST{k:04d}", time, f"{120 + k / 1000:.4f}", f"{30 + k / 2000:.4f}", "surface"]


def wide_rows(n: int, width: int, bare: float = 0.0) -> Iterator[list[str]]:
    """Rows with a column for each parameter; a share of the values is not detected."""
    rng = np.random.default_rng(0)
    yield WIDE[: 5 + width]
    for i in range(n):
        chance = rng.random(width) if bare else np.ones(width)
        numbers = zip(rng.random(width), chance, strict=True)
        values = ["ND" if c < bare else f"{x:.5f}" for x, c in numbers]
        yield [*visit(i), *values]


def long_rows(n: int) -> Iterator[list[str]]:
    rng = np.random.default_rng(0)
    yield LONG
    for i in range(n):
        yield [*visit(i // 5), *PARAMETERS[i % 5], f"{rng.random():.4f}", ""]


def write_csv(path: Path, rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(",".join(row) + "\n" for row in rows)


def write_xlsx(path: Path, rows: Iterator[list[str]]) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(next(rows))
    for row in rows:
        sheet.append([*row[:2], *map(float, row[2:4]), row[4], *map(float, row[5:])])
    book.save(path)


def write_html(path: Path, rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("<html><head><meta charset='utf-8'></head><body><table>\n")
        for row in rows:
            file.write("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>\n")
        file.write("</table></body></html>\n")


def write_json(path: Path, rows: Iterator[list[str]]) -> None:
    names = next(rows)
    with path.open("w", encoding="utf-8") as file:
        file.write("[\n")
        for k, row in enumerate(rows):
            file.write((",\n" if k else "") + json.dumps(dict(zip(names, row, strict=True))))
        file.write("\n]\n")


def write_xml(path: Path, rows: Iterator[list[str]]) -> None:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n')
        file.write(f'<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="a"><Table>\n')
        for row in rows:
            cells = (f'<Cell><Data ss:Type="String">{html.escape(c)}</Data></Cell>' for c in row)
            file.write("<Row>" + "".join(cells) + "</Row>\n")
        file.write("</Table></Worksheet></Workbook>\n")


def write_files(folder: Path, share: float) -> None:
    """The tables, one file of each kind."""
    n = {k: int(v * share) for k, v in {"long": 900_000, "wide": 700_000, "rest": 150_000}.items()}
    write_csv(folder / "long.csv", long_rows(n["long"]))
    write_csv(folder / "wide.csv", wide_rows(n["wide"], 8))
    write_csv(folder / "undetected.csv", wide_rows(n["wide"], 8, 0.01))
    write_xlsx(folder / "wide.xlsx", wide_rows(n["rest"], 5))
    write_html(folder / "wide.html", wide_rows(n["rest"], 5))
    write_json(folder / "long.json", long_rows(n["rest"]))
    write_xml(folder / "wide.xml", wide_rows(n["rest"], 5))


def read_here(path: str) -> None:
    """Read in this process and print samples, megabytes above the imports, bytes a sample."""
    import pyarrow.csv
    import pyproj
    import python_calamine

    from bayqa.intake import read_samples

    assert pyarrow.csv and pyproj and python_calamine
    before = peak()
    samples = read_samples(path)
    size = samples.memory_usage().sum() / len(samples)
    print(len(samples), round(peak() - before), round(size, 1))


def peak() -> float:
    """Peak of the memory of this process in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--inside":
        return read_here(sys.argv[2])
    print("| file | MB | samples | bytes a sample | bound MB | used MB | |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
        for path in sorted(Path(folder).iterdir()):
            command = [sys.executable, __file__, "--inside", str(path)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            n, used, size = told.split()
            megabytes = path.stat().st_size / MB
            bound = 4 * megabytes + 100
            verdict = "holds" if float(used) <= bound else "above"
            print(f"| {path.name} | {megabytes:.0f} | {n} | {size} | {bound:.0f} | {used} "
                  f"| {verdict} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
