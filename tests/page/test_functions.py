"""The page's own tests, on vectors that flowlab writes now: its arithmetic is flowlab's."""

import json
import os
import re
import subprocess

from tests.page.conftest import ROOT
from tests.page.vectors import vectors


def test_the_arithmetic_of_the_page_is_flowlabs(built, tmp_path):
    path = tmp_path / "vectors.json"
    path.write_text(json.dumps(vectors()), encoding="utf-8")
    done = subprocess.run(
        ["npm", "test"],
        cwd=ROOT / "page",
        env={**os.environ, "FLOWLAB_VECTORS": str(path), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert int(re.search(r"Tests +(\d+) passed", done.stdout)[1]) >= 8
