# SPDX-License-Identifier: Apache-2.0
"""A mailbox with everything in it that has ever broken a POP3 relay.

The messages are the same for the same seed. A message has the bytes that lie in the Maildir
(`stored`) and those that a server shows for them (`served`, before dot-stuffing): line ends
become CRLF and a last line without an end gets one. Nothing else is ever changed.
"""

import os
import random
from typing import NamedTuple

HEADER = ("From: Sender <sender@example.test>\nTo: Reader <reader@example.test>\n"
          "Date: Thu, 01 Jan 2026 00:00:00 +0000\nMessage-ID: <{number}@example.test>\n"
          "Subject: {name}\n\n")
FIVE_MB = 5 * 1024 * 1024


class Message(NamedTuple):
    """One message: its name for the reader of a failed test, and its bytes on disk."""

    name: str
    stored: bytes

    @property
    def served(self):
        text = self.stored.replace(b"\r\n", b"\n")
        if not text.endswith(b"\n"):
            text += b"\n"
        return text.replace(b"\n", b"\r\n")


def stuffed(served):
    """The multi-line body of RETR for these bytes, with its end."""
    lines = served.split(b"\r\n")[:-1]
    out = b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)
    return out + b".\r\n"


def _binary(dice, size):
    """Every byte but NUL, CR and LF, in lines of up to 900 bytes."""
    alphabet = bytes(b for b in range(1, 256) if b not in b"\r\n")
    lines = []
    while size > 0:
        length = min(size, dice.randrange(1, 900))
        lines.append(bytes(dice.choices(alphabet, k=length)))
        size -= length + 1
    return b"\n".join(lines) + b"\n"


def _five_megabytes(dice):
    block = _binary(dice, 64 * 1024)
    lines = [b"%07d " % number + block[number % 4096:][:60].replace(b"\n", b"-") + b"\n"
             for number in range(FIVE_MB // 68)]
    return b"".join(lines)


def _bodies(dice):
    """Name and body (LF) of the special messages."""
    return [
        ("empty body", b""),
        ("one empty line", b"\n"),
        ("one line", b"Hello.\n"),
        ("no final newline", b"first line\nlast line has no end"),
        ("a dot alone", b"before\n.\nafter\n"),
        ("a dot alone first", b".\nafter\n"),
        ("a dot alone last", b"before\n.\n"),
        ("a dot last and no newline", b"before\n."),
        ("nothing but dots", b".\n..\n...\n....\n" * 50),
        ("dots before words", b"..\n...x\n.x\n..x..\n. \n .\n.\t\n"),
        ("many single dots", b".\n" * 5000),
        ("words of the protocol", b"+OK\n-ERR\nQUIT\nDELE 1\n+OK 5 messages:\n.QUIT\n"),
        ("8-bit text", "Grüße aus Köln, £5, naïve, 日本語\n".encode() * 40),
        ("latin-1 text", bytes(range(0xA0, 0x100)) * 3 + b"\n"),
        ("every byte but NUL", _binary(dice, 30_000)),
        ("binary, 200 KB", _binary(dice, 200_000)),
        ("one line of 100 KB", b"x" * 100_000 + b"\n"),
        ("a 100 KB line and a dot", b"y" * 100_000 + b"\n.\n" + b"z" * 511 + b"\n"),
        ("a long line without an end", b"w" * 100_000),
        ("lines of 510 to 514", b"".join(b"l" * n + b"\n" for n in range(510, 515))),
        ("lines of 4094 to 4098", b"".join(b"m" * n + b"\n" for n in range(4094, 4099))),
        ("lines about 16 KB", b"".join(b"n" * n + b"\n" for n in range(16382, 16388))),
        ("only empty lines", b"\n" * 3000),
        ("blanks at the ends", b"trailing   \n\t\n   leading\n \n"),
        ("From at the start", b"From here on\n>From there\nFrom\n"),
        ("5 MB", _five_megabytes(dice)),
    ]


def messages(seed=1):
    """The whole mailbox, 56 messages."""
    dice = random.Random(seed)
    bodies = _bodies(dice)
    while len(bodies) < 56:
        bodies.append((f"random {len(bodies)}", _binary(dice, dice.randrange(10, 20_000))))
    out = []
    for number, (name, body) in enumerate(bodies):
        text = HEADER.format(name=name, number=number).encode() + body
        if number % 2:
            text = text.replace(b"\n", b"\r\n")
        out.append(Message(name, text))
    return out


def small(count=3):
    """A few short messages, for tests that are not about mail."""
    return [Message(f"small {n}", HEADER.format(name=f"small {n}", number=n).encode()
                    + b"line\n" * (n + 1)) for n in range(count)]


def fill(maildir, wanted):
    """Makes a Maildir with these messages, in this order."""
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(maildir, part), exist_ok=True)
    for number, message in enumerate(wanted):
        name = os.path.join(maildir, "new", f"{1_700_000_000 + number}.M{number:06}P1.test")
        with open(name, "wb") as file:
            file.write(message.stored)
