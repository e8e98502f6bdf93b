# SPDX-License-Identifier: Apache-2.0
"""Backends that cannot be reached, secured or talked to, or that lack what is asked of them."""

import socket
import ssl
import time
import warnings

from doctor.ward import Fault, Installation, as_told
from support.certificates import KeyPair
from support.dovecot import free_port
from support.legacy_backend import LegacyBackend
from support.tls_backend import TlsBackend, server_context

PUBLIC = "203.0.113.7"  # an address of this machine, in its own network
GOOD = (b"USER", b"UIDL", b"TOP", b"SASL PLAIN")
WHERE = r"127\.0\.0\.1:\d+"


def behind(one, backend, **settings):
    """From now on this is the installation's backend."""
    one.closing.callback(backend.close)
    one.backends[0].update({"address": ["%s:%d" % backend.address[:2]], **settings})
    one.write()


def talking(greeting=b"+OK ready\r\n", capabilities=GOOD, replies=None, delay=0.0):
    """A script: what it greets with, lists and answers."""
    listing = b"".join(each + b"\r\n" for each in (b"+OK", *capabilities, b"."))
    answers = {b"CAPA": listing, b"STLS": b"-ERR no\r\n", b"XCLIENT": b"-ERR no\r\n",
               b"PROXY": b"-ERR what\r\n", **(replies or {})}

    def script(connection):
        time.sleep(delay)
        connection.send(greeting)
        connection.serve(answers)
    return script


def plain(script=None, host="127.0.0.1", **settings):
    return lambda one: behind(one, LegacyBackend(script or talking(), (host, 0)), **settings)


def closed(one):
    one.backends[0]["address"] = [f"127.0.0.1:{free_port()}"]
    one.write()


def nameless(one):
    one.backends[0]["address"] = ["mail.nowhere.invalid:110"]
    one.write()


def silent(connection):
    connection.hold()


def itself(one):
    port = free_port()
    one.listeners[1]["address"] = [f"127.0.0.1:{port}"]
    one.backends[0]["address"] = [f"mail.lan:{port}"]
    one.put("hosts", "127.0.0.1 mail.lan\n")
    one.prefix = ["unshare", "-m", "sh", "-c", 'mount --bind hosts /etc/hosts && exec "$@"', "sh"]
    one.write()


def pair_for(one, **how):
    pair = KeyPair(one.path("backend.crt"), one.path("backend.key"))
    issue = {"chain": True, **how}
    one.issue(cert=pair.cert_file, key=pair.key_file, **issue)
    return pair


def expired_pair(one):
    kept = [(path, Installation.read(path)) for path in (one.cert, one.key)]
    one.issue_dated("20200101000000Z", "20200102000000Z")
    pair = KeyPair(one.path("backend.crt"), one.path("backend.key"))
    for (path, text), name in zip(kept, pair):
        one.put(name, one.read(path))
        one.put(path, text)
    return pair


def secured(implicit=False, pair=pair_for, settings=None, **link):
    """TLS of Python's, with a certificate of the test's authority."""
    def plant(one):
        context = server_context(pair(one))
        (settings or (lambda context: None))(context)
        backend = TlsBackend(context, implicit)
        backend.script = lambda connection: backend.secure(connection) and talking(
            b"+OK ready\r\n" if implicit else b"")(connection)
        chosen = {"tls": "implicit" if implicit else "stls", "ca_file": one.clinic.ca_file, **link}
        behind(one, backend, **{key: value for key, value in chosen.items() if value is not None})
    return plant


def old_alone(context):
    # Whoever asks for it by name is told that it is old.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")


def dhe_alone(context):
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-SHA256")


def rsa_pair(one):
    return pair_for(one, kind=["-newkey", "rsa:2048"])


def asks_for_certificate(context):
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED


def tls_unasked(one):
    backend = TlsBackend(server_context(pair_for(one)), implicit=True)
    backend.script = lambda connection: backend.secure(connection) and talking()(connection)
    behind(one, backend)


def wants_header(connection):
    """Closes on whoever does not begin with a PROXY header."""
    connection.socket.settimeout(1)
    try:
        if connection.read_line().startswith(b"PROXY "):
            connection.socket.settimeout(30)
            talking()(connection)
    except socket.timeout:
        pass


def foreign_certificate(one):
    one.issue(cert=one.path("own.crt"), key=one.path("own.key"), usage="serverAuth")
    secured(cert_file=one.path("own.crt"), key_file=one.path("own.key"))(one)


def mechanism(name):
    def plant(one):
        one.sections["policy"] = {"mechanisms": ["USER", name]}
        one.write()
    return plant


PIN = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

FAULTS = (
    Fault("nobody there", "backend-unreachable", closed, WHERE),
    Fault("a name without an address", "backend-name", nameless, r"mail\.nowhere\.invalid:110"),
    Fault("IMAP", "backend-foreign", plain(talking(b"* OK IMAP4rev1 ready\r\n")), WHERE,
          what="IMAP"),
    Fault("SMTP", "backend-foreign", plain(talking(b"220 mail ESMTP\r\n")), WHERE, what="SMTP"),
    Fault("refuses", "backend-refuses", plain(talking(b"-ERR busy, come again\r\n")), WHERE,
          what="busy"),
    Fault("silent", "backend-silent", plain(silent), WHERE),
    Fault("slow", "backend-slow", plain(talking(delay=1.5)), WHERE),
    Fault("waits for TLS", "backend-wants-tls", tls_unasked, WHERE,
          lambda fix: fix + " && sed -i 's/^tls = \"implicit\"$/&\\nverify = \"none\"/' postern.toml"),
    Fault("has no TLS", "backend-clear", plain(tls="implicit", verify="none"), WHERE),
    Fault("has no STLS", "backend-stls", plain(tls="stls", verify="none"), WHERE),
    Fault("its certificate expired", "backend-certificate-expired", secured(pair=expired_pair),
          WHERE),
    Fault("its certificate is for another", "backend-certificate-name",
          secured(pair=lambda one: pair_for(one, hosts=("DNS:other.test",))), WHERE,
          what="other.test"),
    Fault("its authority is unknown", "backend-certificate-untrusted",
          secured(pair=lambda one: pair_for(one, issuer=one.clinic.stranger)), WHERE),
    Fault("its certificate expires soon", "backend-certificate-expires",
          secured(pair=lambda one: pair_for(one, days=5)), WHERE),
    Fault("another key than is pinned", "backend-certificate-pin",
          secured(ca_file=None, verify="pin", pin_sha256=[PIN]), WHERE),
    Fault("its certificate is not for servers", "backend-certificate-usage",
          secured(pair=lambda one: pair_for(one, usage="clientAuth")), WHERE),
    Fault("TLS 1.1 alone", "backend-version", secured(settings=old_alone), WHERE),
    Fault("DHE alone", "backend-cipher", secured(pair=rsa_pair, settings=dhe_alone), WHERE),
    Fault("asks for a certificate", "backend-wants-certificate",
          secured(settings=asks_for_certificate), WHERE),
    Fault("old versions for nothing", "backend-floor", secured(min_version="1.0"), WHERE, as_told),
    Fault("need not prove itself", "backend-unproved", secured(ca_file=None, verify="none")),
    Fault("old versions allowed", "backend-old-version", secured(min_version="1.1")),
    Fault("a certificate of ours for servers", "backend-client-usage", foreign_certificate),
    Fault("does not know PROXY", "backend-no-proxy", plain(client_address="proxy-v1"), WHERE,
          as_told),
    Fault("waits for PROXY", "backend-wants-proxy", plain(wants_header), WHERE),
    Fault("does not take XCLIENT", "backend-introduction", plain(client_address="xclient"), WHERE,
          as_told),
    Fault("no timestamp for APOP", "backend-apop", mechanism("APOP"), WHERE),
    Fault("does not know CRAM-MD5", "backend-mechanism", mechanism("CRAM-MD5"), WHERE,
          what="CRAM-MD5"),
    Fault("no SASL PLAIN", "backend-sasl",
          plain(talking(capabilities=(b"USER", b"UIDL")), auth="sasl-plain"), WHERE, as_told),
    Fault("no USER", "backend-user", plain(talking(capabilities=(b"UIDL", b"SASL PLAIN"))), WHERE,
          as_told),
    Fault("no UIDL", "backend-uidl", plain(talking(capabilities=(b"USER",))), WHERE),
    Fault("lines end with LF", "backend-line-ends", plain(talking(b"+OK ready\n"),
                                                          line_ends="crlf"), WHERE, as_told),
    Fault("postern itself, by a name", "backend-itself", itself, WHERE, root=True),
    Fault("STLS not used", "backend-stls-unused",
          plain(talking(capabilities=(*GOOD, b"STLS")), host=PUBLIC), r"203\.0\.113\.7:\d+",
          root=True),
    Fault("in clear over public networks", "backend-plaintext", plain(host=PUBLIC),
          r"203\.0\.113\.7:\d+", root=True),
)
