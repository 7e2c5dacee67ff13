// WATCH: one stream of events of one kind, until the client, its timeout, the server or a fault ends it.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <stop_token>
#include <string_view>

#include "fake_api/faults.h"
#include "fake_api/request.h"
#include "fake_api/store.h"

namespace fake_api {

// How the server treats watches. Set before the first request; what changes later is atomic.
struct WatchSettings {
  enum class StreamingList { served, refused, ignored };
  std::atomic<StreamingList> streaming_list = StreamingList::served;
  std::atomic<bool> expired_as_http_status = false;  // else as an ERROR event in the stream, as the watch cache does
  std::chrono::milliseconds bookmark_interval{60'000};
  // Raised by one, it ends each running watch with an ERROR event 410.
  std::atomic<int> expiries = 0;
};

// Where the stream goes. Not thread-safe: used by the thread that serves the watch.
class WatchSink {
 public:
  virtual ~WatchSink() = default;
  virtual bool begin() = 0;                      // the head of a 200 with chunks to follow
  virtual bool send(std::string_view text) = 0;  // false: the client is gone
  virtual bool end() = 0;                        // in an orderly way
  virtual bool alive() = 0;
  virtual void cut(std::string_view text) = 0;  // half of the text, then the connection is closed
};

// Serves it on the calling thread. Returns what to answer instead where the watch is refused.
std::optional<Response> serve_watch(const Store& store, const Request& request, const WatchSettings& settings,
                                    const Fault* fault, WatchSink& sink, std::stop_token stop);

}  // namespace fake_api
