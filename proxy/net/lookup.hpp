// Finds the addresses of a host name, off the loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/loop.hpp"

namespace postern::net {

class Lookup {
 public:
  /// Empty when the name has no address, or the resolver failed; then `error` is a negative libuv
  /// error, else 0.
  using Callback = std::move_only_function<void(std::vector<Address>, int error)>;

  /// Starts at once; `callback` is called once, never from inside the constructor, and not at all
  /// when the lookup is destroyed first.
  Lookup(Loop& loop, const std::string& host, std::uint16_t port, Callback callback);
  ~Lookup();
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

 private:
  struct Request;

  Request* request_;  // null once answered; libuv owns it until then
};

}  // namespace postern::net
