"""Look at what the generator makes: 48 chairs, 24 pairs, and 24 varied ones, each on a sheet.

python bench/contact_sheet.py [FOLDER] [SEED]
"""

from __future__ import annotations

import sys
from pathlib import Path

from flowlab.chairs import VARIED
from flowlab.chairs.sheets import sheet_of_chairs, sheet_of_pairs
from flowlab.field import write_image


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    folder.mkdir(parents=True, exist_ok=True)
    sheets = {
        "chairs_48.png": sheet_of_chairs(seed),
        "chairs_pairs.png": sheet_of_pairs(seed),
        "varied_pairs.png": sheet_of_pairs(seed, config=VARIED),
    }
    for name, sheet in sheets.items():
        write_image(folder / name, sheet)
        print(f"{folder / name}: {sheet.shape[1]} x {sheet.shape[0]}")


if __name__ == "__main__":
    main()
