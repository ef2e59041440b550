"""Keep a chapter off the network, so that what it shows never depends on a server.

Only the standard library is imported: this file also runs inside a kernel before anything else does.
"""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

STARTUP = """\
import runpy
runpy.run_path({path!r}, run_name="offline")["block_network"]()
del runpy
"""


class NetworkUseError(RuntimeError):
    """Raised where a chapter reaches for another machine.

    Not an OSError, so that ``except OSError`` around a download cannot hide it.
    """


def is_loopback(host: object) -> bool:
    """Tell whether a host name or address stays on this machine.

    Args:
        host: What was passed to a socket function: a name, an address, bytes or None (which means "here").

    Example:
        >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("example.org")
        (True, True, False)
    """
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost", "ip6-localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def block_network() -> None:
    """Make every look-up and connection to another machine raise, for the rest of this process.

    Raises:
        NetworkUseError: Not here, but from then on in ``connect``, ``connect_ex``, ``sendto``,
            ``getaddrinfo``, ``gethostbyname`` and what is built on them, for any host but this one.

    Example:
        >>> callable(block_network)  # calling it would last for the whole process
        True
    """
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, _guard_address(getattr(socket.socket, name)))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, _guard_name(getattr(socket, name)))


def _guard_address(method):
    def guarded(self, *args):
        address = args[-1]  # the last argument of each: connect(address), sendto(data, flags, address)
        if isinstance(address, tuple):  # else a Unix socket's path, which never leaves the machine
            _refuse_unless_here(address[0])
        return method(self, *args)

    return guarded


def _guard_name(function):
    def guarded(host, *args, **kwargs):
        _refuse_unless_here(host)
        return function(host, *args, **kwargs)

    return guarded


def _refuse_unless_here(host: object) -> None:
    if not is_loopback(host):
        raise NetworkUseError(f"a chapter must not use the network, and this one asked for {host!r}")


def write_offline_profile(folder: Path) -> Path:
    """Make an IPython directory whose kernels start with the network blocked.

    Args:
        folder: Where to make it; created when missing.

    Returns:
        The folder, to be handed to a kernel as ``IPYTHONDIR``.

    Example:
        >>> import tempfile
        >>> folder = write_offline_profile(Path(tempfile.mkdtemp()))
        >>> (folder / "profile_default" / "startup" / "00-offline.py").exists()
        True
    """
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    code = STARTUP.format(path=str(Path(__file__).resolve()))
    (startup / "00-offline.py").write_text(code, encoding="utf-8")
    return folder
