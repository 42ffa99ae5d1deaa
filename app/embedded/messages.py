"""What the supervisor itself says to the operator."""

import contextlib
import errno
import socket
import sys

REASONS = {
    errno.EACCES: "нет прав",
    errno.EPERM: "нет прав",
    errno.EEXIST: "там лежит файл, а не папка",
    errno.ENOTDIR: "часть пути — не папка",
    errno.ENOENT: "такого нет",
    errno.ENOSPC: "на диске нет места",
    errno.EDQUOT: "исчерпана квота диска",
    errno.EROFS: "диск только для чтения",
    errno.EIO: "ошибка диска",
    errno.EMFILE: "открыто слишком много файлов",
    errno.ECONNREFUSED: "там никто не слушает",
    errno.EHOSTUNREACH: "сервер недоступен",
    errno.ENETUNREACH: "сеть недоступна",
    errno.EADDRNOTAVAIL: "такого адреса у этой машины нет",
}


def say(text: str) -> None:
    """One line of good news on stdout."""
    # After HUP the terminal has gone: the services still have to be stopped in order.
    with contextlib.suppress(OSError):
        print(text, flush=True)


def complain(text: str) -> None:
    """One line of bad news on stderr."""
    with contextlib.suppress(OSError):
        print(f"opora: {text}", file=sys.stderr, flush=True)


def reason_of(error: OSError) -> str:
    """What the system refused for, in words for the operator; rare reasons in the system's own."""
    if isinstance(error, socket.gaierror):
        return "такого имени нет"
    if isinstance(error, TimeoutError):
        return "нет ответа"
    return REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
