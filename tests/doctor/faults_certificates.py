# SPDX-License-Identifier: Apache-2.0
"""Certificates, keys and chains that clients refuse, or that cannot be served."""

import datetime
import os
import shutil

from doctor.ward import Fault, as_told, openssl

PASSPHRASE = "sesame"


def with_passphrase(fix):
    return fix.replace("openssl pkcs12", f"openssl pkcs12 -passin pass:{PASSPHRASE}").replace(
        "openssl pkey", f"openssl pkey -passin pass:{PASSPHRASE}")


def expired(one):
    one.issue_dated("20200101000000Z", "20200102000000Z")


def nearly_over(one):
    """Five days of ninety are left."""
    now = datetime.datetime.now(datetime.timezone.utc)
    one.issue_dated(*(f"{now + datetime.timedelta(days=days):%Y%m%d%H%M%SZ}" for days in (-85, 5)))


def early(one):
    one.issue_dated("20400101000000Z", "20410102000000Z")


def other_names(one):
    one.server["names"].append("pop.other.test")
    one.write()


def self_issued(one):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "80", "-subj", "/CN=pop", "-keyout", one.key, "-out", one.cert, "-addext",
            "subjectAltName=DNS:localhost", "-addext", "extendedKeyUsage=serverAuth")


def ed25519(one):
    one.issue(kind=["-newkey", "ed25519"])


def wrong_order(one):
    one.put("pop.crt", "".join(reversed(one.blocks())))


def behind_the_root(one):
    leaf, inner = one.blocks()
    one.put("pop.crt", inner + one.read(one.clinic.ca_file) + leaf)


def missing(one):
    one.issue("-addext", f"authorityInfoAccess=caIssuers;URI:{one.clinic.aia}", chain=False)


def foreign(one):
    one.put("pop.crt", one.blocks()[0] + one.read(one.clinic.stranger + ".crt"))


def copied(one):
    leaf, inner = one.blocks()
    one.put("pop.crt", leaf + leaf + inner)


def stranger(one):
    one.append(one.cert, one.read(one.clinic.stranger + ".crt"))


def revocations(one):
    one.put("index", "")
    one.put("ca.cnf", f"[ca]\ndefault_ca = d\n[d]\ndatabase = {one.path('index')}\n"
            "default_md = sha256\ndefault_crl_days = 9\n")
    crl = openssl("ca", "-gencrl", "-config", one.path("ca.cnf"), "-cert",
                  one.clinic.inner + ".crt", "-keyfile", one.clinic.inner + ".key")
    one.append(one.cert, crl)


def two_keys(one):
    one.append(one.key, one.read(one.clinic.stranger + ".key"))


def der(one):
    shutil.copy(one.cert, one.cert + ".was")
    openssl("x509", "-in", one.cert + ".was", "-outform", "der", "-out", one.cert)


def der_key(one):
    shutil.copy(one.key, one.key + ".was")
    openssl("pkey", "-in", one.key + ".was", "-outform", "der", "-out", one.key)


def pkcs12(one):
    openssl("pkcs12", "-export", "-in", one.cert, "-inkey", one.key, "-passout",
            "pass:" + PASSPHRASE, "-out", one.path("pop.p12"))
    shutil.copyfile(one.path("pop.p12"), one.cert)
    shutil.copyfile(one.path("pop.p12"), one.key)


def pkcs12_of_windows(one):
    openssl("pkcs12", "-export", "-legacy", "-in", one.cert, "-inkey", one.key, "-passout",
            "pass:" + PASSPHRASE, "-out", one.path("pop.pfx"))
    shutil.copyfile(one.path("pop.pfx"), one.cert)


def pkcs7(one):
    openssl("crl2pkcs7", "-nocrl", "-certfile", one.cert, "-outform", "der", "-out",
            one.path("pop.p7b"))
    shutil.copyfile(one.path("pop.p7b"), one.cert)


def pkcs7_in_pem(one):
    openssl("crl2pkcs7", "-nocrl", "-certfile", one.cert, "-out", one.path("pop.p7b"))
    shutil.copyfile(one.path("pop.p7b"), one.cert)


def trusted(one):
    leaf, inner = one.blocks()
    one.put("leaf", leaf)
    text = openssl("x509", "-in", one.path("leaf"), "-trustout", "-addtrust", "serverAuth")
    one.put("pop.crt", text + inner)


def utf16(one):
    text = one.read(one.cert)
    with open(one.cert, "wb") as file:
        file.write(text.encode("utf-16"))


def encrypted(one):
    shutil.copy(one.key, one.key + ".was")
    openssl("pkey", "-in", one.key + ".was", "-aes256", "-passout", "pass:" + PASSPHRASE, "-out",
            one.key)


def other_key(one):
    shutil.copyfile(one.clinic.stranger + ".key", one.key)


def cut(one):
    text = one.read(one.cert)
    one.put("pop.crt", text[:len(text) // 3])


def gone(one):
    os.remove(one.cert)


def old_systems(one):
    one.sections["tls"] = {"profile": "legacy"}
    one.write()


FAULTS = (
    Fault("expired", "certificate-expired", expired),
    Fault("expires in five days", "certificate-expires", nearly_over),
    Fault("not valid yet", "certificate-early", early),
    Fault("not for a name", "certificate-names", other_names, what="pop.other.test"),
    Fault("issued by itself", "certificate-self-issued", self_issued),
    Fault("of an unknown authority", "chain-untrusted",
          lambda one: one.issue(issuer=one.clinic.stranger)),
    Fault("for clients alone", "certificate-usage", lambda one: one.issue(usage="clientAuth")),
    Fault("for three years", "certificate-long", lambda one: one.issue(days=1100)),
    Fault("without a name", "certificate-nameless", lambda one: one.issue(hosts=())),
    Fault("with an Ed25519 key alone", "certificate-ed25519", ed25519),
    Fault("must be stapled", "certificate-staple",
          lambda one: one.issue("-addext", "tlsfeature=status_request")),
    Fault("chain in the wrong order", "chain-order", wrong_order, mend=as_told),
    Fault("leaf behind the root", "chain-order", behind_the_root, mend=as_told),
    Fault("intermediate missing", "chain-missing", missing, mend=as_told),
    Fault("intermediate of somebody else", "chain-foreign", foreign),
    Fault("leaf twice", "chain-copy", copied, mend=as_told),
    Fault("a stranger in the chain", "chain-stranger", stranger, mend=as_told),
    Fault("RSA of 1024 bits", "key-weak", lambda one: one.issue(kind=["-newkey", "rsa:1024"])),
    Fault("signed with SHA-1", "signature-weak", lambda one: one.issue("-sha1")),
    Fault("key that all may read", "key-readable", lambda one: os.chmod(one.key, 0o644),
          mend=as_told),
    Fault("key that all may change", "key-writable", lambda one: os.chmod(one.key, 0o662),
          mend=as_told),
    Fault("revocations in the chain's file", "pem-block", revocations, mend=as_told),
    Fault("two keys in a file", "key-twice", two_keys, mend=as_told),
    Fault("DER", "certificate-broken", der, mend=as_told),
    Fault("key in DER", "key-broken", der_key, mend=as_told),
    Fault("PKCS #12", "certificate-broken", pkcs12, mend=with_passphrase),
    Fault("PKCS #12 as Windows writes it", "certificate-broken", pkcs12_of_windows,
          mend=with_passphrase),
    Fault("PKCS #7", "certificate-broken", pkcs7, mend=as_told),
    Fault("PKCS #7 in PEM", "certificate-broken", pkcs7_in_pem, mend=as_told),
    Fault("TRUSTED CERTIFICATE", "certificate-broken", trusted, mend=as_told),
    Fault("UTF-16", "certificate-broken", utf16, mend=as_told),
    Fault("encrypted key", "key-broken", encrypted, mend=with_passphrase),
    Fault("key of another", "key-mismatch", other_key),
    Fault("cut in the middle", "certificate-broken", cut),
    Fault("file that is not there", "file-unreadable", gone),
    Fault("root that old systems lack", "chain-new-root", old_systems),
)
