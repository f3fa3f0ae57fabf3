"""Ports on loopback: free ones, and who sits on a busy one."""

import socket
from contextlib import ExitStack

import psutil

LOOPBACK = "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for held_socket in sockets:
            held_socket.bind((LOOPBACK, 0))
        return [int(held_socket.getsockname()[1]) for held_socket in sockets]


def is_free(port: int) -> bool:
    """Whether nobody listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def holder(port: int) -> str | None:
    """Who listens on the port, as `name (process 123)`; None where the system does not say, as for other users."""
    try:
        listening = [
            connection.pid
            for connection in psutil.net_connections(kind="tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
        ]
        owner = next(pid for pid in listening if pid)
        return f"{psutil.Process(owner).name()} (process {owner})"
    except (psutil.Error, StopIteration):
        return None
