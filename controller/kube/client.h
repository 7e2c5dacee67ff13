// Verbs of the Kubernetes API over a Transport. Bodies go in and come out as JSON text: who needs values decodes them
// (kube/decode.h), and no byte is parsed twice.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/metrics.h"
#include "http/transport.h"
#include "kube/credentials.h"
#include "kube/error.h"
#include "kube/model/resource_type.h"
#include "kube/request.h"

namespace kube {

class ClientMetrics;

// How long one unary call takes at most, repetitions included, where the caller does not say.
inline constexpr base::Duration unary_deadline = std::chrono::seconds(30);

// The `host` label of the metrics, what tests replace, and what may be written when.
struct ClientSettings {
  std::string host;                    // the label of the metrics
  const base::Clock* clock = nullptr;  // null: the system's
  // Waits before a repetition; false: stopped. Empty: really waits.
  std::function<bool(base::Duration, std::stop_token)> wait;
  // Asked before each try of a write: for how long it may be under way. Zero or less: it is refused unsent; what has
  // not been answered by then is given up, so that no request waits for a connection longer than its sender may write.
  // The way to keep a process that does not lead (any more) from writing. Called on any thread. Empty: no limit.
  std::function<base::Duration()> may_write_for;
};

// What an apply came to.
struct Applied {
  std::string body;      // the object as it is now
  bool created = false;  // by this very call; false: it was there already
};

// Thread-safe. Constant after construction. An empty `namespace_name` means all namespaces for list and watch.
// Every call adds credentials and User-Agent, refreshes them once on 401 and counts rest_client_* metrics. A unary call
// has `within` in all; in that time it waits and repeats, at most 10 times, on 429 and 5xx with Retry-After (the server
// did nothing and says when to come back). A watch that is refused is not repeated here: its caller has a backoff of
// its own. A lost answer is never asked for again.
class Client {
 public:
  Client(std::shared_ptr<http::Transport> transport, std::shared_ptr<Credentials> credentials, base::Metrics& metrics,
         std::string user_agent, ClientSettings settings = {});
  ~Client();

  Result<std::string> get(const ResourceType& type, const ObjectKey& key, const std::stop_token& stop,
                          base::Duration within = unary_deadline);
  Result<std::string> list(const ResourceType& type, const std::string& namespace_name, const ListOptions& options,
                           const std::stop_token& stop);
  // Returns when the server ends the stream in an orderly way. `on_line` false ends it too.
  Result<void> watch(const ResourceType& type, const std::string& namespace_name, const WatchOptions& options,
                     const std::function<bool(std::string_view line)>& on_line, const std::stop_token& stop);
  // Server-side apply. `body` is the full intent.
  Result<Applied> apply(const ResourceType& type, const ObjectKey& key, std::string body, const ApplyOptions& options,
                        const std::stop_token& stop);
  // POST; 409 AlreadyExists where the name is taken.
  Result<std::string> create(const ResourceType& type, const std::string& namespace_name, std::string body,
                             const std::stop_token& stop, base::Duration within = unary_deadline);
  // PUT of the whole object, Leases only: whatever else we write is applied. 409 Conflict where the resourceVersion in
  // `body` is not the newest.
  Result<std::string> replace(const ResourceType& type, const ObjectKey& key, std::string body,
                              const std::stop_token& stop, base::Duration within = unary_deadline);
  // JSON merge patch, Events only: their other fields may not be touched by anybody.
  Result<std::string> merge(const ResourceType& type, const ObjectKey& key, std::string patch,
                            const std::stop_token& stop);
  // Background propagation. A missing object is success: it is gone.
  Result<void> remove(const ResourceType& type, const ObjectKey& key, const Preconditions& preconditions,
                      const std::stop_token& stop);
  // GET of any path ("/version"), for checks at start.
  Result<std::string> get_path(const std::string& target, const std::stop_token& stop);

 private:
  http::Request request(std::string_view method, std::string target, std::string body = {},
                        std::string_view content_type = {}) const;
  Result<void> authorize(http::Request& request);
  Result<http::Response> exchange(http::Request request, const std::stop_token& stop, base::Duration within);
  Result<std::string> body_of(http::Request request, const std::stop_token& stop,
                              base::Duration within = unary_deadline);
  bool pause(base::Duration duration, const std::stop_token& stop) const;
  void count(const http::Request& request, const http::Result<http::Response>& answer);

  const std::shared_ptr<http::Transport> transport_;
  const std::shared_ptr<Credentials> credentials_;
  const std::string user_agent_;
  const ClientSettings settings_;
  const base::Clock& clock_;
  const std::unique_ptr<ClientMetrics> metrics_;
};

}  // namespace kube
