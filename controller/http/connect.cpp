#include "http/connect.h"

#include <utility>

#include "http/cpprest_streams.h"
#include "http/peer.h"
#include "http/unary.h"

namespace http {
namespace {

class Connected final : public Transport {
 public:
  Connected(const TransportOptions& options, const Peer& peer, std::unique_ptr<Streams> streams)
      : unary_(options, peer), streams_(std::move(streams)) {}

  Result<Response> send(const Request& request, base::Duration deadline, std::stop_token stop) override {
    return unary_.send(request, deadline, stop);
  }
  Result<Response> stream(const Request& request, base::Duration idle,
                          const std::function<bool(std::string_view line)>& on_line, std::stop_token stop) override {
    return streams_->stream(request, idle, on_line, std::move(stop));
  }

 private:
  Unary unary_;
  const std::unique_ptr<Streams> streams_;
};

// Stands in for a transport whose URL cannot be used.
class Unconnected final : public Transport {
 public:
  explicit Unconnected(std::string message) : message_(std::move(message)) {}
  Result<Response> send(const Request&, base::Duration, std::stop_token) override { return refuse(); }
  Result<Response> stream(const Request&, base::Duration, const std::function<bool(std::string_view)>&,
                          std::stop_token) override {
    return refuse();
  }

 private:
  Result<Response> refuse() const { return tl::unexpected(Error{Failure::unreachable, message_}); }
  const std::string message_;
};

}  // namespace

std::unique_ptr<Transport> connect(TransportOptions options) {
  const auto peer = parse_peer(options.base_url);
  if (!peer) return std::make_unique<Unconnected>(peer.error().message);
  auto streams = make_cpprest_streams(options, *peer);
  if (!streams) return std::make_unique<Unconnected>(streams.error().message);
  return std::make_unique<Connected>(options, *peer, std::move(*streams));
}

}  // namespace http
