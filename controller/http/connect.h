// The one way to get a transport.
#pragma once

#include <memory>

#include "http/transport.h"
#include "http/transport_options.h"

namespace http {

// Unary calls go over http/unary.h, streams over http/cpprest_streams.h; initialize_cpprest() has been called. A URL
// that cannot be used makes each call fail with that message.
std::unique_ptr<Transport> connect(TransportOptions options);

}  // namespace http
