// What a test needs of the network, all of it on 127.0.0.1.
#pragma once

#include <string>

namespace integration {

// A port of 127.0.0.1 that refuses every connection, for as long as this object lives: it is taken, and nobody listens.
class ClosedPort {
 public:
  ClosedPort();
  ~ClosedPort();
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  int number() const { return number_; }

 private:
  int socket_ = -1;
  int number_ = 0;
};

struct Page {
  int status = 0;  // 0: nobody answered
  std::string body;
};

// GET http://127.0.0.1:<port><path>
Page fetch(int port, const std::string& path);

}  // namespace integration
