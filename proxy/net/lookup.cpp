#include "proxy/net/lookup.hpp"

#include <memory>
#include <utility>

#include "proxy/net/check.hpp"
#include "proxy/net/error.hpp"
#include "proxy/net/trampoline.hpp"

namespace postern::net {
namespace {

std::vector<Address> addresses_in(const addrinfo* results, std::uint16_t port) {
  std::vector<Address> addresses;
  for (const addrinfo* entry = results; entry != nullptr; entry = entry->ai_next) {
    const auto found = Address::from(entry->ai_addr);
    // Written and parsed again to put the port in; the resolver was not asked about services.
    if (found) addresses.push_back(*Address::parse(found->ip(), port));
  }
  return addresses;
}

}  // namespace

struct Lookup::Request {
  uv_getaddrinfo_t request;
  Lookup* owner;
  std::uint16_t port;
  Callback callback;
};

Lookup::Lookup(Loop& loop, const std::string& host, std::uint16_t port, Callback callback)
    : request_(new Request{{}, this, port, std::move(callback)}) {
  request_->request.data = request_;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  const Trampoline done([](uv_getaddrinfo_t* raw, int status, addrinfo* results) {
    const std::unique_ptr<Request> request(static_cast<Request*>(raw->data));
    if (request->owner != nullptr) {
      request->owner->request_ = nullptr;
      auto addresses = addresses_in(results, request->port);
      const int error = addresses.empty() && status == 0 ? no_address() : status;
      request->callback(std::move(addresses), error);
    }
    uv_freeaddrinfo(results);
  });
  POSTERN_CHECK(
      uv_getaddrinfo(loop.raw(), &request_->request, done, host.c_str(), nullptr, &hints) == 0);
}

Lookup::~Lookup() {
  if (request_ == nullptr) return;
  request_->owner = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(&request_->request));
}

}  // namespace postern::net
