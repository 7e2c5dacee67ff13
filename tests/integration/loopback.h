// What a test needs of the network, all of it on 127.0.0.1.
#pragma once

#include <string>
#include <vector>

namespace integration {

// Different ports that nobody listens on at this moment.
std::vector<int> free_ports(std::size_t count);

struct Page {
  int status = 0;  // 0: nobody answered
  std::string body;
};

// GET http://127.0.0.1:<port><path>
Page fetch(int port, const std::string& path);

}  // namespace integration
