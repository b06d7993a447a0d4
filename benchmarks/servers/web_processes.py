"""The web processes of a gateway, by the port that they serve."""

import psutil


def web_processes(port: int) -> list[psutil.Process]:
    """Granian's workers: they accept connections on ``port`` and have no children."""
    found = []
    for process in psutil.process_iter():
        try:
            served = any(
                one.laddr and one.laddr.port == port and one.status == psutil.CONN_LISTEN
                for one in process.net_connections("inet")
            )
        except psutil.Error:
            continue
        if served and not process.children():
            found.append(process)
    return found
