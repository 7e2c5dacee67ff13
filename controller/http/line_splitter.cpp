#include "http/line_splitter.h"

namespace http {
namespace {

// A list item of some hundred kilobytes is nothing special; what is beyond is not worth holding until the next one
// comes.
constexpr std::size_t keep_capacity = 1 << 20;

}  // namespace

LineSplitter::Outcome LineSplitter::deliver(std::string_view line, const OnLine& on_line) const {
  if (line.size() > limit_) return Outcome::too_long;
  if (line.empty() || on_line(line)) return Outcome::more;
  return Outcome::stopped;
}

LineSplitter::Outcome LineSplitter::feed(std::string_view bytes, const OnLine& on_line) {
  std::size_t end = bytes.find('\n');
  if (!rest_.empty() && end != std::string_view::npos) {
    if (rest_.size() + end > limit_) return Outcome::too_long;
    rest_.append(bytes.substr(0, end));
    const Outcome outcome = deliver(rest_, on_line);
    rest_.clear();
    if (rest_.capacity() > keep_capacity) rest_.shrink_to_fit();
    if (outcome != Outcome::more) return outcome;
    bytes.remove_prefix(end + 1);
    end = bytes.find('\n');
  }
  while (end != std::string_view::npos) {
    const Outcome outcome = deliver(bytes.substr(0, end), on_line);
    if (outcome != Outcome::more) return outcome;
    bytes.remove_prefix(end + 1);
    end = bytes.find('\n');
  }
  if (rest_.size() + bytes.size() > limit_) return Outcome::too_long;
  rest_.append(bytes);
  return Outcome::more;
}

LineSplitter::Outcome LineSplitter::finish(const OnLine& on_line) {
  const Outcome outcome = deliver(rest_, on_line);
  rest_.clear();
  return outcome;
}

}  // namespace http
