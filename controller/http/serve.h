// The small HTTP server of /metrics, /healthz and /readyz.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"

namespace http {

struct Page {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Serves until it is destroyed. Page functions are called on the server's threads.
class Server {
 public:
  virtual ~Server() = default;
  virtual int port() const = 0;
};

// `address` is ":8080", "127.0.0.1:8080" or "[::1]:0" (any free port). GET and HEAD only; other paths answer 404.
base::Result<std::unique_ptr<Server>> serve(const std::string& address,
                                            std::map<std::string, std::function<Page()>> pages);

}  // namespace http
