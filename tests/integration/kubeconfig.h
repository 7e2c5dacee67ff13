// What a kubeconfig says of its current context: the cluster, and who asks.
#pragma once

#include <string>

#include "http_client.h"

namespace integration {

struct Access {
  std::string server;     // its URL
  std::string authority;  // in PEM
  Credentials credentials;
};

// Knows client certificates and tokens, in the file or in files that it names by absolute paths. Throws
// std::runtime_error where the user has neither.
Access read_kubeconfig(const std::string& path);

}  // namespace integration
