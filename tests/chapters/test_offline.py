"""A blocked kernel talks to this machine and to no other."""

import subprocess
import sys

import pytest

from flowlab_course.offline import is_loopback
from tests.budgets import HANG

BLOCKED = """
import runpy, socket, sys
runpy.run_path(sys.argv[1])["block_network"]()
try:
    {call}
except RuntimeError as error:
    print(error)
"""


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost", b"localhost", None, ""])
def test_this_machine_is_loopback(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["example.org", "10.0.0.1", "8.8.8.8", "fe80::1%eth0", "localhost.example.org", b"a.b"]
)
def test_any_other_is_not(host):
    assert not is_loopback(host)


def run(call):
    from flowlab_course import offline

    code = BLOCKED.format(call=call)
    return subprocess.run([sys.executable, "-c", code, offline.__file__], capture_output=True, text=True, timeout=HANG)


@pytest.mark.parametrize(
    "call",
    [
        "socket.create_connection(('example.org', 80))",
        "socket.socket().connect(('192.0.2.1', 80))",
        "socket.socket().connect_ex(('192.0.2.1', 80))",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.getaddrinfo('example.org', 80)",
        "socket.gethostbyname('example.org')",
        "__import__('urllib.request').request.urlopen('http://example.org')",
    ],
)
def test_every_way_out_is_refused_by_name(call):
    done = run(call)
    assert "a chapter must not use the network" in done.stdout, done.stderr


def test_this_machine_can_still_be_reached():
    call = (
        "listener = socket.create_server(('127.0.0.1', 0)); "
        "socket.create_connection(('localhost', listener.getsockname()[1])); print('reached')"
    )
    assert run(call).stdout == "reached\n"
