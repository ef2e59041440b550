"""The public names carry types: what a user writes passes pyright's checks (basic), and misuse does not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

USER = Path(__file__).with_name("as_a_user_types.py")
MISUSE = {
    "flow: torch.Tensor = flowlab.warp(np.zeros((4, 4, 3)), np.zeros((4, 4, 2)))": "reportAssignmentType",
    "flowlab.warp(np.zeros((4, 4, 3)), torch.zeros(1, 2, 4, 4))": "reportArgumentType",
    "flowlab.read_flow(3)": "reportArgumentType",
    "flowlab.read_flo('a.flo')": "reportAttributeAccessIssue",
    "flowlab.correlation(torch.zeros(1), torch.zeros(1), max_displacment=3)": "reportCallIssue",
    "number: int = flowlab.epe(np.zeros((4, 4, 2)), np.zeros((4, 4, 2)))": "reportAssignmentType",
}


@pytest.fixture
def pyright(python, tmp_path):
    def errors(text):
        (tmp_path / "user.py").write_text(text)
        config = {"include": ["user.py"], "typeCheckingMode": "basic"}
        (tmp_path / "pyrightconfig.json").write_text(json.dumps(config))
        call = [sys.executable, "-m", "basedpyright", "-p", tmp_path, "--pythonpath", python, "--outputjson"]
        done = subprocess.run([str(part) for part in call], capture_output=True, text=True, cwd=tmp_path)
        found = json.loads(done.stdout)
        assert found["summary"]["filesAnalyzed"] == 1, done.stderr
        return [(d["range"]["start"]["line"], d.get("rule"), d["message"]) for d in found["generalDiagnostics"]]

    return errors


def test_what_a_user_writes_has_no_error(pyright):
    assert pyright(USER.read_text()) == []


def test_each_misuse_is_an_error(pyright):
    head = "import numpy as np\nimport torch\nimport flowlab\n"
    found = pyright(head + "\n".join(MISUSE) + "\n")
    by_line = {line - 3: rule for line, rule, _ in found}
    assert [by_line.get(line) for line in range(len(MISUSE))] == list(MISUSE.values()), found
