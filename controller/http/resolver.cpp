#include "http/resolver.h"

#include <netdb.h>

#include <cstring>
#include <memory>

namespace http {
namespace {

std::vector<Address> addresses_of(const std::string& host, const std::string& port, int flags) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Address address;
    address.size = each->ai_addrlen;
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    addresses.push_back(address);
  }
  return addresses;
}

}  // namespace

Resolver::Resolver(std::string host, int port) : host_(std::move(host)), port_(std::to_string(port)) {}

base::Result<std::vector<Address>, Failure> Resolver::resolve(base::Monotonic until, const std::stop_token& stop) {
  if (auto addresses = addresses_of(host_, port_, AI_NUMERICHOST); !addresses.empty()) return addresses;
  std::unique_lock lock(mutex_);
  const unsigned long before = rounds_;
  if (!running_) {
    running_ = true;
    thread_ = std::jthread([this] { look_up(); });  // the one before has ended
  }
  const bool ended = found_.wait_until(lock, stop, until, [&] { return rounds_ != before; });
  if (!ended) return tl::unexpected(stop.stop_requested() ? Failure::stopped : Failure::timeout);
  if (addresses_.empty()) return tl::unexpected(Failure::unreachable);
  return addresses_;
}

void Resolver::look_up() {
  auto addresses = addresses_of(host_, port_, AI_ADDRCONFIG);
  {
    const std::scoped_lock lock(mutex_);
    addresses_ = std::move(addresses);
    running_ = false;
    ++rounds_;
  }
  found_.notify_all();
}

}  // namespace http
