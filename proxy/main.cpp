// SPDX-License-Identifier: Apache-2.0
// The program: closes what could tell its secrets, then does what the command line asks.
#include "proxy/cli/program.hpp"
#include "proxy/server/process.hpp"

int main(int argc, char** argv) {
  postern::server::keep_secrets_in();
  return postern::cli::run_program(argc, argv);
}
