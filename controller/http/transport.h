// The seam between the operator and HTTP. One implementation: http/connect.h.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace http {

struct Header {
  std::string name;
  std::string value;
};

struct Request {
  std::string method;
  std::string target;  // path and query, already percent-encoded: "/api/v1/namespaces?limit=500"
  std::vector<Header> headers;
  std::string body;
  // It may be sent a second time where the server closed a kept connection under it: reads, and writes that say the
  // same however often they are done.
  bool repeatable = false;
};

struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;

  // Value of the first header of that name (case-insensitive); empty: there is none.
  std::string header(std::string_view name) const;
};

// Why there is no answer. Nothing here says whether the server has done what was asked.
enum class Failure {
  unreachable,  // no connection: refused, no route, name not found
  timeout,      // the deadline or the idle timer passed
  stopped,      // the caller's stop_token
  tls,          // the peer could not be verified, or there is no common TLS version
  too_large,    // an answer or a line beyond its bound
  broken,       // the connection ended in mid-answer, or the peer does not speak HTTP
};

struct Error {
  Failure failure;
  std::string message;  // names host and port and what to check; never holds a header or a body
};

template <typename T>
using Result = base::Result<T, Error>;

// Thread-safe. A call blocks the calling thread, which must not be one of cpprestsdk's.
class Transport {
 public:
  virtual ~Transport() = default;

  // One request, one answer, whatever its status. `deadline` bounds the whole exchange. Answers beyond 64 MiB are
  // too_large.
  virtual Result<Response> send(const Request& request, base::Duration deadline, std::stop_token stop) = 0;

  // One request whose answer is a sequence of lines that may go on for minutes. Where the status is 2xx each line is
  // given to `on_line` on the calling thread, without its '\n'; an empty line is left out; false ends the stream.
  // Returns when the server ends it (an empty body), or with any other status and its body (cut at 1 MiB). `idle`
  // bounds the time without a single byte; lines beyond 32 MiB are too_large. Memory stays bounded when `on_line` is
  // slower than the server.
  virtual Result<Response> stream(const Request& request, base::Duration idle,
                                  const std::function<bool(std::string_view line)>& on_line, std::stop_token stop) = 0;
};

// Percent-encodes everything but unreserved characters (RFC 3986 §2.3): for path segments and query values.
std::string encode(std::string_view text);

}  // namespace http
