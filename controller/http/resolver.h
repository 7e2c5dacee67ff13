// A host's addresses, without waiting for the system's resolver longer than the caller can.
#pragma once

#include <sys/socket.h>

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/transport.h"

namespace http {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// Thread-safe. Names are looked up on a thread of its own, one at a time and for all who wait: the system's resolver
// knows no deadline. The destructor waits for a lookup that is under way.
class Resolver {
 public:
  // `host`: a name, or an IP address without brackets.
  Resolver(std::string host, int port);

  // Failure is unreachable (there is no such name), timeout or stopped.
  base::Result<std::vector<Address>, Failure> resolve(base::Monotonic until, const std::stop_token& stop);

 private:
  void look_up();

  const std::string host_;
  const std::string port_;
  std::mutex mutex_;
  std::condition_variable_any found_;
  bool running_ = false;            // guarded by mutex_
  unsigned long rounds_ = 0;        // guarded by mutex_: lookups that have ended
  std::vector<Address> addresses_;  // guarded by mutex_: of the last lookup; empty: there is no such name
  std::jthread thread_;             // guarded by mutex_
};

}  // namespace http
