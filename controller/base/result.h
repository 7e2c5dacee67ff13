// The one Result type. Errors are values across every module; exceptions of libraries end in the file that wraps them.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace base {

// An error that only a person reads: what went wrong and what to do about it. Never holds a secret.
struct Error {
  std::string message;
};

template <typename T, typename E = Error>
using Result = tl::expected<T, E>;

// `return base::failure("…");` in a function that returns a Result.
inline tl::unexpected<Error> failure(std::string message) { return tl::unexpected<Error>(Error{std::move(message)}); }

}  // namespace base
