# SPDX-License-Identifier: Apache-2.0
"""binary_libraries on programs that are known to be wrong."""

import shutil
import subprocess
import tempfile
import unittest

from binary_libraries import problems


class Programs(unittest.TestCase):
    def test_openssl_itself_is_caught(self):
        found = " ".join(problems(shutil.which("openssl")))
        self.assertIn("is OpenSSL's", found)
        self.assertIn("no BoringSSL", found)

    def test_a_program_without_tls_is_caught(self):
        self.assertIn("no BoringSSL", " ".join(problems(shutil.which("true"))))

    def test_both_in_one_process_are_caught(self):
        """Any program that links OpenSSL's and BoringSSL's library, whatever it does with them."""
        boringssl = subprocess.run(
            ["sh", "-c", "ls /usr/lib/*/android/libcrypto.so.0"], capture_output=True, text=True)
        if boringssl.returncode != 0:
            self.skipTest("Debian's BoringSSL is not installed")
        openssl = subprocess.run(["ldd", shutil.which("openssl")], capture_output=True, text=True)
        theirs = next(word for word in openssl.stdout.split() if "/libcrypto.so" in word)
        ours = boringssl.stdout.split()[0]
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                ["g++", "-x", "c++", "-", "-x", "none", "-o", f"{folder}/both",
                 "-Wl,--no-as-needed", theirs, ours, f"-Wl,-rpath,{ours.rpartition('/')[0]}"],
                input="int main() { return 0; }", text=True, check=True)
            found = " ".join(problems(f"{folder}/both"))
        self.assertIn("more than one libcrypto", found)

    def test_the_current_directory_in_the_search_path_is_caught(self):
        """What `-rpath DIR:` and a path padded with colons leave."""
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                ["g++", "-x", "c++", "-", "-o", f"{folder}/careless", "-Wl,-rpath,/usr/lib:"],
                input="int main() { return 0; }", text=True, check=True)
            found = " ".join(problems(f"{folder}/careless"))
        self.assertIn("searched in '', which is no absolute path", found)


if __name__ == "__main__":
    unittest.main()
