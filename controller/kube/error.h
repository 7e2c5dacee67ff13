// What the API server (or the way to it) answers when it does not do what was asked.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "http/transport.h"

namespace kube {

struct Error {
  int code = 0;         // HTTP status; 0: no answer came
  std::string reason;   // metav1.Status reason ("NotFound", "Expired", …), or the transport's failure in that style
  std::string message;  // for people; never holds a request's body
  base::Duration retry_after{0};                  // from Retry-After; 0: none
  http::Failure failure = http::Failure::broken;  // meaningful where code is 0

  bool not_found() const { return code == 404; }
  bool conflict() const { return code == 409 && reason != "AlreadyExists"; }
  bool already_exists() const { return code == 409 && reason == "AlreadyExists"; }
  bool gone() const { return code == 410; }
  bool unauthorized() const { return code == 401; }
  bool forbidden() const { return code == 403; }
  bool invalid() const { return code == 422; }
  bool too_many_requests() const { return code == 429; }
  bool no_answer() const { return code == 0; }
  bool stopped() const { return code == 0 && failure == http::Failure::stopped; }
  // Worth the same request again after a while, with no change of ours.
  bool transient() const { return code == 0 || code == 409 || code == 429 || code >= 500; }

  // "NotFound (404): …"
  std::string text() const;
};

template <typename T>
using Result = base::Result<T, Error>;

// From an answer that is no success: its metav1.Status where the body is one, else what the status code says. Messages
// are cut at 4 KiB, control characters become spaces. Pure.
Error error_from(const http::Response& answer);
// From no answer: reason "Unreachable", "Timeout", "Stopped", "TLS", "TooLarge" or "Broken".
Error error_from(const http::Error& failure);

}  // namespace kube
