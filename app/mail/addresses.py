"""Mail addresses as headers and as mail servers want them."""

from email.headerregistry import Address
from email.utils import parseaddr


class UnusableAddress(ValueError):
    """This cannot be an address of a mailbox."""


def sender_domain(mail_from: str) -> str:
    """The domain of MAIL_FROM, on the right side of every Message-ID."""
    return parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"


def sender(mail_from: str) -> Address:
    """MAIL_FROM («Опора <opora@example.org>») for the From header."""
    name, spec = parseaddr(mail_from)
    return Address(display_name=name, addr_spec=spec)


def recipient(name: str, email: str) -> Address:
    """A person's address with the domain in ASCII; raises `UnusableAddress`."""
    local, at, domain = email.strip().rpartition("@")
    if not at or not local or not local.isascii():
        raise UnusableAddress
    name = " ".join(name.split())  # a line break would end the header
    try:
        return Address(display_name=name, username=local, domain=domain.encode("idna").decode("ascii"))
    except (UnicodeError, ValueError) as error:
        raise UnusableAddress from error
