#include "limit/memory_pipe.hpp"

#include <algorithm>
#include <cstring>

#include "wire/fatal.hpp"

namespace postern::bench {
namespace {

struct Ends {
  MemoryPipe* in;
  MemoryPipe* out;
};

Ends& ends_of(BIO* bio) { return *static_cast<Ends*>(BIO_get_data(bio)); }

int read_pipe(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  std::string& bytes = ends_of(bio).in->bytes;
  if (bytes.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t count = std::min(static_cast<std::size_t>(size), bytes.size());
  std::memcpy(into, bytes.data(), count);
  bytes.erase(0, count);
  return static_cast<int>(count);
}

int write_pipe(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  MemoryPipe& out = *ends_of(bio).out;
  if (!out.discards) out.bytes.append(bytes, static_cast<std::size_t>(size));
  return size;
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int free_ends(BIO* bio) {
  delete static_cast<Ends*>(BIO_get_data(bio));
  return 1;
}

}  // namespace

BIO* new_memory_bio(MemoryPipe& in, MemoryPipe& out) {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "pipe");
    if (made == nullptr) fatal("BIO_meth_new");
    BIO_meth_set_read(made, read_pipe);
    BIO_meth_set_write(made, write_pipe);
    BIO_meth_set_ctrl(made, control);
    BIO_meth_set_destroy(made, free_ends);
    return made;
  }();
  BIO* const bio = BIO_new(method);
  if (bio == nullptr) fatal("BIO_new");
  BIO_set_data(bio, new Ends{&in, &out});
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace postern::bench
