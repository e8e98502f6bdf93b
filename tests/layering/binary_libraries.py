# SPDX-License-Identifier: Apache-2.0
"""Checks that a program has BoringSSL inside and no OpenSSL.

    python3 binary_libraries.py PROGRAM

The two define the same names with different layouts: with both in one process, a call may land in
the wrong one. So everything that the loader would bring in is looked at, not only what the
program names itself.
"""

import re
import subprocess
import sys

# In no version of OpenSSL, in every version of BoringSSL.
MARK = "CRYPTO_BUFFER_POOL_new"
OPENSSL = re.compile(r"lib(crypto|ssl)\.so\.(1|3)(\.|$)")


def loaded(program):
    """Name and path of each library that the loader would bring in."""
    listing = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    if "not found" in listing:
        sys.exit(f"binary_libraries: the loader misses a library:\n{listing}")
    return dict(re.findall(r"^\s*(\S+) => (/\S+)", listing, re.M))


def has_symbol(path, name):
    symbols = subprocess.run(
        ["readelf", "--wide", "--symbols", path], check=True, capture_output=True, text=True).stdout
    return re.search(rf" (?!UND)\S+ {name}\b", symbols) is not None


def search_path(program):
    """The directories that the loader searches first."""
    dynamic = subprocess.run(
        ["readelf", "--wide", "--dynamic", program], check=True, capture_output=True,
        text=True).stdout
    return [folder for path in re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]", dynamic)
            for folder in path.split(":")]


def problems(program):
    for folder in search_path(program):
        # An empty one is the current directory, whoever may write there.
        if not folder.startswith("/"):
            yield f"libraries are searched in '{folder}', which is no absolute path"
    libraries = loaded(program)
    for name in libraries:
        if OPENSSL.match(name):
            yield f"{name} is OpenSSL's"
    crypto = {name: path for name, path in libraries.items() if name.startswith("libcrypto.")}
    if len(crypto) > 1:
        yield f"more than one libcrypto: {', '.join(sorted(crypto))}"
    # Linked statically, BoringSSL is in the program itself.
    homes = [*crypto.values()] or [program]
    if not any(has_symbol(path, MARK) for path in homes):
        yield f"no BoringSSL in {', '.join(homes)}"


def main():
    found = list(problems(sys.argv[1]))
    for problem in found:
        print(f"binary_libraries: {problem}")
    if not found:
        print("binary_libraries: BoringSSL, and no OpenSSL")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
