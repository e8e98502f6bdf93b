# SPDX-License-Identifier: Apache-2.0
"""The verification of headers, seen to fail: a made-up project with one header that uses what it
does not include, and then the same project with the include.

    python3 headers_self_test.py CMAKE ROOT COMPILER
"""

import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = """\
cmake_minimum_required(VERSION 3.25)
project(made_up LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 23)
include({root}/deploy/cmake/Warnings.cmake)
include({root}/deploy/cmake/Targets.cmake)
postern_library(policy HEADERS rules.hpp)
"""
LACKS = "#pragma once\nstd::size_t f();\n"
SOUND = "#pragma once\n#include <cstddef>\nstd::size_t f();\n"


def verify(cmake, folder, header):
    """Whether the header passed, and what the build said."""
    Path(folder, "rules.hpp").write_text(header)
    ran = subprocess.run(
        [cmake, "--build", f"{folder}/build", "--target", "all_verify_interface_header_sets"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return ran.returncode == 0, ran.stdout


def main():
    cmake, root, compiler = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "CMakeLists.txt").write_text(PROJECT.format(root=root))
        Path(folder, "rules.hpp").write_text(SOUND)
        subprocess.run([cmake, "-G", "Ninja", "-S", folder, "-B", f"{folder}/build",
                        f"-DCMAKE_CXX_COMPILER={compiler}"],
                       check=True, stdout=subprocess.DEVNULL)
        passed, said = verify(cmake, folder, LACKS)
        if passed or "size_t" not in said:
            sys.exit(f"a header without its include was not caught:\n{said}")
        passed, said = verify(cmake, folder, SOUND)
        if not passed:
            sys.exit(f"a sound header was refused:\n{said}")
    print("headers: the lacking include was caught, the sound header passed")


if __name__ == "__main__":
    main()
