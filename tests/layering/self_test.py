# SPDX-License-Identifier: Apache-2.0
"""The checker on made-up trees: the sound one passes, and each kind of violation is caught.

A checker that finds nothing proves nothing until it was seen to find something.
"""

import os
import tempfile
import unittest
from pathlib import Path

from check import violations
from tree import File
import lengths
import shape

SOUND = {
    "CMakeLists.txt": "add_subdirectory(policy)\n",
    "README.md": "What it is.\n",
    "policy/README.md": "Decisions.\n",
    "policy/CMakeLists.txt": "postern_library(policy\n  SOURCES rules.cpp\n  HEADERS rules.hpp)\n",
    "policy/rules.hpp": "// What it is for.\n#pragma once\n#include <string_view>\n"
                        "struct Rules {\n  int evaluate();\n};\n",
    "policy/rules.cpp": '#include "policy/rules.hpp"\n',
    "tls/README.md": "TLS.\n",
    "tls/CMakeLists.txt": "postern_library(tls\n  SOURCES engine.cpp context.cpp\n"
                          "  HEADERS engine.hpp tls_settings.hpp)\n",
    "tls/tls_settings.hpp": "#pragma once\n",
    "tls/engine.hpp": "#pragma once\n#include <openssl/ssl.h>\n",
    "tls/engine.cpp": '#include "tls/engine.hpp"\nint f() { return SSL_get_error(nullptr, 0); }\n',
    "tls/context.cpp": "int g() { return 1; }\n",
    "conf/README.md": "Settings.\n",
    "conf/CMakeLists.txt": "postern_library(conf SOURCES toml.cpp value.cpp)\n",
    "conf/toml.cpp": "#include <toml++/toml.h>\n",
    "conf/value.cpp": '#include "policy/rules.hpp"\n',
    "proxy/README.md": "`pop3/` asks `Rules::evaluate` of `policy/rules.hpp`.\n",
    "proxy/CMakeLists.txt": "add_subdirectory(pop3)\nadd_subdirectory(transport)\npostern_library(proxy\n"
                            "  SOURCES session/session.cpp server/worker.cpp)\n",
    "proxy/pop3/README.md": "The protocol.\n",
    "proxy/pop3/CMakeLists.txt": "postern_library(pop3 SOURCES command.cpp)\n",
    "proxy/pop3/command.cpp": "#include <string>\n",
    "proxy/net/README.md": "Bytes.\n",
    "proxy/net/CMakeLists.txt": "postern_library(net SOURCES loop.cpp)\n",
    "proxy/net/loop.cpp": "#include <uv.h>\n",
    "proxy/transport/README.md": "A connection.\n",
    "proxy/transport/CMakeLists.txt": "postern_library(transport SOURCES transport.cpp)\n",
    "proxy/transport/transport.cpp": '#include "tls/engine.hpp"\nvoid f(tls::Engine& engine);\n',
    "proxy/session/README.md": "A client.\n",
    "proxy/session/session.cpp": '#include "tls/tls_settings.hpp"\n',
    "proxy/server/README.md": "Workers.\n",
    "proxy/server/worker.cpp": "#include <signal.h>\n",
    "tests/README.md": "Tests.\n",
    "tests/run": "#!/usr/bin/env bash\nset -e\n",
}

# What is wrong: the files that make it so, and what the checker must say, once.
OWN = '#include "policy/rules.hpp"\n'
LONG_CPP = "int f() {\n" + "  ;\n" * 59 + "}\n"
LONG_PY = "def f():\n" + "    pass\n" * 60
WRONG = {
    "std-only folder includes the system": (
        {"policy/rules.cpp": OWN + "#include <unistd.h>\n"}, "policy/ may not include <unistd.h>"),
    "std-only folder includes libuv": (
        {"proxy/pop3/command.cpp": "#include <uv.h>\n"}, "proxy/pop3/ may not include <uv.h>"),
    "protocol includes another box": (
        {"proxy/pop3/command.cpp": '#include "tls/engine.hpp"\n'},
        'proxy/pop3/ may not include "tls/engine.hpp"'),
    "policy includes upwards": (
        {"policy/rules.cpp": OWN + '#include "tls/engine.hpp"\n'},
        'policy/ may not include "tls/engine.hpp"'),
    "a transport that knows what is spoken": (
        {"proxy/pop3/CMakeLists.txt": "postern_library(p SOURCES command.cpp HEADERS command.hpp)\n",
         "proxy/pop3/command.hpp": "#pragma once\n",
         "proxy/pop3/command.cpp": '#include "proxy/pop3/command.hpp"\n',
         "proxy/transport/transport.cpp": '#include "proxy/pop3/command.hpp"\n'},
        'proxy/transport/ may not include "proxy/pop3/command.hpp"'),
    "the engine included outside its rooms": (
        {"proxy/session/session.cpp": '#include "tls/engine.hpp"\n'},
        '"tls/engine.hpp" is not for proxy/session/'),
    "the engine named outside its rooms": (
        {"proxy/server/worker.cpp": "void f(postern::tls::Engine&);\n"},
        "tls::Engine (of tls/engine.hpp) is not for this folder"),
    "libuv outside net": (
        {"proxy/server/worker.cpp": "#include <uv.h>\n"}, "proxy/server/ may not include <uv.h>"),
    "BoringSSL outside tls": (
        {"proxy/session/session.cpp": "# include <openssl/ssl.h>\n"},
        "proxy/session/ may not include <openssl/ssl.h>"),
    "a socket in tls": (
        {"tls/context.cpp": "#include <sys/socket.h>\n"}, "tls/ may not include <sys/socket.h>"),
    "toml++ outside conf": (
        {"proxy/server/worker.cpp": "#include <toml++/toml.h>\n"}, "may not include <toml++/toml.h>"),
    "toml++ in a second file": (
        {"conf/value.cpp": "#include <toml++/toml.h>\n"},
        "toml++ is included here and in conf/toml.cpp"),
    "vectors outside the protocol": (
        {"policy/rules.cpp": OWN + "#include <immintrin.h>\n"},
        "policy/ may not include <immintrin.h>"),
    "vectors in a second file": (
        {"proxy/pop3/CMakeLists.txt": "add_library(p command.cpp first.cpp second.cpp)\n",
         "proxy/pop3/first.cpp": "#include <immintrin.h>\n",
         "proxy/pop3/second.cpp": "#include <immintrin.h>\n"},
        "vectors are written out here and in proxy/pop3/first.cpp"),
    "SSL_get_error in a second file": (
        {"tls/context.cpp": "int g() { return SSL_get_error(nullptr, 1); }\n"},
        "SSL_get_error is called here and in tls/context.cpp"),
    "a path that is not from the root": (
        {"policy/rules.cpp": OWN + '#include "rules.hpp"\n'},
        '"rules.hpp" is not a path from the root'),
    "a clock in a decision": (
        {"policy/rules.cpp": OWN + "auto f() { return std::chrono::steady_clock::now(); }\n"},
        "time is an argument"),
    "c-ares in a second file": (
        {"proxy/net/CMakeLists.txt": "add_library(n loop.cpp first.cpp second.cpp)\n",
         "proxy/net/first.cpp": "#include <ares.h>\n",
         "proxy/net/second.cpp": "#include <ares.h>\n"},
        "c-ares is included here and in proxy/net/first.cpp"),
    "a connection made by the session": (
        {"proxy/session/session.cpp": "void f(T& t) { t->connect(address); }\n"},
        "only proxy/upstream/ dials"),
    "a connection made by the server": (
        {"proxy/server/worker.cpp": "int f() { return ::connect(1, raw, size); }\n"},
        "only proxy/upstream/ dials"),
    "a name looked up by the server": (
        {"proxy/server/worker.cpp": "void f() { net::Lookup lookup(resolver, host, 1, g); }\n"},
        "only proxy/upstream/ dials"),
    "a source that includes something before its header": (
        {"policy/rules.cpp": '#include <string_view>\n#include "policy/rules.hpp"\n'},
        "includes something before policy/rules.hpp"),
    "a source without its header": (
        {"policy/rules.cpp": "int f() { return 1; }\n"},
        "includes something before policy/rules.hpp"),
    "a long file": ({"tls/context.cpp": "\n" * 401}, "401 lines, more than 400"),
    "a long script": (
        {"tests/run": "#!/usr/bin/env bash\n" + ":\n" * 400}, "401 lines, more than 400"),
    "a long CMake file": ({"deploy/cmake/Long.cmake": "\n" * 401, "deploy/README.md": "D.\n"},
                          "401 lines, more than 400"),
    "a long function in C++": (
        {"tls/context.cpp": LONG_CPP}, "a function of 61 lines, more than 40"),
    "a class that is long in several files": (
        {"tls/engine.hpp": "#pragma once\nclass Engine {\n" + "  int a;\n" * 299 + "};\n",
         "tls/engine.cpp": '#include "tls/engine.hpp"\n' + "".join(
             f"int Engine::f{i}() {{\n" + "  ;\n" * 28 + "}\n" for i in range(5))
         + "// why\n" * 3},
        "tls/engine.hpp:2: class Engine has 456 lines, more than 450"),
    "a long function in Python": (
        {"tests/a.py": LONG_PY}, "a function of 61 lines, more than 60"),
    "a long function in a shell script": (
        {"tests/run": "#!/bin/sh\nf() {\n" + "  :\n" * 59 + "}\n"},
        "a function of 61 lines, more than 60"),
    "a long function in CMake": (
        {"tests/CMakeLists.txt": "function(f)\n" + "\n" * 59 + "endfunction()\n"},
        "a function of 61 lines, more than 60"),
    "a header without its pragma": (
        {"policy/rules.hpp": "#ifndef RULES\n#define RULES\nstruct Rules { int evaluate(); };\n#endif\n"},
        "#pragma once"),
    "two headers of one name": (
        {"proxy/net/engine.hpp": "#pragma once\n",
         "proxy/net/CMakeLists.txt": "postern_library(net SOURCES loop.cpp HEADERS engine.hpp)\n"},
        "tls/engine.hpp: proxy/net/engine.hpp has this name already"),
    "a folder named src": (
        {"tests/src/a.py": "pass\n"}, "a folder named src says nothing"),
    "a folder named util": (
        {"tests/util/a.py": "pass\n"}, "a folder named util says nothing"),
    "a stranger at the top level": (
        {"Makefile": "all:\n"}, "Makefile has no place at the top level"),
    "a folder of the product without README.md": (
        {"proxy/net/README.md": None}, "proxy/net: has no README.md"),
    "a folder of the top level without README.md": (
        {"tests/README.md": None}, "tests: has no README.md"),
    "a name in the tour that nothing has": (
        {"proxy/README.md": "It asks\n`Rules::decide`.\n"},
        "proxy/README.md:2: Rules::decide does not exist"),
    "a path in the tour that is gone": (
        {"proxy/README.md": "`imap/`\n"}, "proxy/README.md:1: imap/ does not exist"),
    "something left to do": (
        {"tls/context.cpp": "// TO" "DO: later\n"}, "tls/context.cpp:1: TO" "DO"),
    "something left to do in a document": (
        {"README.md": "FIX" "ME\n"}, "README.md:1: FIX" "ME"),
    "a source that nobody builds": (
        {"tls/forgotten.cpp": "\n"}, "tls/forgotten.cpp: no CMakeLists.txt names this file"),
    "a header that nobody verifies": (
        {"tls/forgotten.hpp": "#pragma once\n"}, "no CMakeLists.txt names this file"),
}


def check_tree(changes):
    with tempfile.TemporaryDirectory() as root:
        for path, text in {**SOUND, **changes}.items():
            if text is not None:
                file = Path(root, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        return [str(violation) for violation in violations(root)]


class Checker(unittest.TestCase):
    def test_a_sound_tree_passes(self):
        self.assertEqual(check_tree({}), [])

    def test_each_violation_is_caught(self):
        for name, (changes, expected) in WRONG.items():
            with self.subTest(name):
                found = check_tree(changes)
                self.assertEqual(len(found), 1, found)
                self.assertIn(expected, found[0])


    def test_each_source_names_its_licence(self):
        named = {path: f"# {shape.LICENCE}\n{text}" for path, text in SOUND.items()
                 if path.endswith("CMakeLists.txt")}
        named |= {path: f"// {shape.LICENCE}\n{text}" for path, text in SOUND.items()
                  if path.endswith("pp")}
        named |= {"LICENSE": "Apache\n", "tests/run": f"#!/bin/sh\n# {shape.LICENCE}\n"}
        self.assertEqual(check_tree(named), [])
        found = check_tree({**named, "tls/context.cpp": "int g() { return 1; }\n"})
        self.assertEqual(found, [f"tls/context.cpp:1: does not begin with {shape.LICENCE}"])


class FunctionLengths(unittest.TestCase):
    def measure(self, text):
        with tempfile.TemporaryDirectory() as root:
            Path(root, "a.cpp").write_text(text)
            return list(lengths.functions(File(root, "a.cpp")))

    def test_noise_does_not_count_as_braces(self):
        text = ('namespace a {\n// {\nconst char* s = "{";\nchar c = \'{\';\n'
                'auto r = R"x({)x";\nint n = 10\'000;\n#if A\nint f() {\n#else\nint f(int) {\n'
                "#endif\n  return 1;\n}\n}\n")
        self.assertEqual(self.measure(text), [(8, 6)])

    def test_members_and_what_is_inside_a_function(self):
        text = ("class A final : public B<int> {\n public:\n  A(int x) : x_{x} {\n"
                "    struct L { int y; };\n    auto f = [] {\n    };\n  }\n"
                "  int g() const noexcept { return x_; }\n  int x_ = {};\n};\n"
                'extern "C" int h() noexcept {\n}\n'
                "struct S : F<void()> {\n  int x_{1};\n  S() {\n  }\n};\n")
        self.assertEqual(self.measure(text), [(3, 5), (8, 1), (11, 2), (15, 2)])

    def test_a_table_is_no_function(self):
        self.assertEqual(self.measure("const int t[] = {\n1,\n2,\n};\n"), [])


if __name__ == "__main__":
    os.environ.pop("GIT_DIR", None)
    unittest.main()
