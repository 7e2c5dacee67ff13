// Framing of a stream into lines: chunks of any size in, whole lines out. Used by the transport's stream().
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace http {

// Not thread-safe: belongs to the thread that reads the stream. Holds at most one unfinished line, and gives memory
// back after a big one.
class LineSplitter {
 public:
  using OnLine = std::function<bool(std::string_view line)>;

  enum class Outcome {
    more,      // go on reading
    stopped,   // on_line said false; what follows in the same bytes is dropped
    too_long,  // a line beyond the limit; it was not given to on_line
  };

  // `limit` in bytes, without the '\n'.
  explicit LineSplitter(std::size_t limit) : limit_(limit) {}

  // Gives each complete line to `on_line`, in order, without its '\n'; empty lines are left out. The view is valid
  // during the call only.
  Outcome feed(std::string_view bytes, const OnLine& on_line);
  // The stream ended in an orderly way: the last line needs no '\n'.
  Outcome finish(const OnLine& on_line);

  // Bytes of the unfinished line.
  std::size_t pending() const { return rest_.size(); }

 private:
  Outcome deliver(std::string_view line, const OnLine& on_line) const;

  const std::size_t limit_;
  std::string rest_;
};

}  // namespace http
