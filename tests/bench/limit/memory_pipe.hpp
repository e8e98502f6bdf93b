// What stands for a socket when TLS is measured alone: bytes written at one end are read at the
// other.
#pragma once

#include <openssl/bio.h>

#include <string>

namespace postern::bench {

struct MemoryPipe {
  std::string bytes;
  bool discards = false;  // nobody reads: what is written is dropped
};

/// Reads from one pipe and writes to the other; both must outlive it.
BIO* new_memory_bio(MemoryPipe& in, MemoryPipe& out);

}  // namespace postern::bench
