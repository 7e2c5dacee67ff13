// What a transport is made from.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "http/tls.h"

namespace http {

struct TransportOptions {
  std::string base_url;         // scheme, host, port; a path is put before each target
  std::string tls_server_name;  // name that the certificate must carry; empty: the URL's host
  bool insecure_skip_tls_verify = false;
  // Asked for on the calling thread: when a request needs a new connection, after an answer 401, and at least every 5
  // min. Where the answer has changed, connections made with the old one get no new requests.
  std::function<base::Result<TlsConfig>()> tls;
};

}  // namespace http
