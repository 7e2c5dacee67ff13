// List and watch as a pure state machine: what came in → what to do with it and what to ask next. Knows neither clock,
// thread nor network; kube/watcher.h drives it. Rules: client-go tools/cache/reflector.go and kube-rs watcher.rs.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/clock.h"
#include "kube/decode.h"
#include "kube/error.h"

namespace kube {

// Not thread-safe: belongs to one watcher's thread.
class WatchState {
 public:
  enum class Phase {
    list,    // asks for a list, from its first page
    page,    // asks for the next page of a list
    stream,  // asks for a watch that begins with everything there is (streaming list)
    watch,   // asks for what changed since resource_version()
  };

  struct Settings {
    bool streaming_list = true;  // until the API server refuses it
    int page_size = 500;         // kube-rs' size
  };

  // The request that the phase asks for: of list() what goes into ListOptions, else into WatchOptions.
  struct Request {
    Phase phase = Phase::list;
    std::string resource_version;
    int limit = 0;
    std::string continue_token;
  };

  // What the driver does with a page of a list.
  enum class Page { collect, replace };
  // What the driver does with an event.
  enum class Take {
    nothing,
    collect,  // into the temporary list
    replace,  // the temporary list is whole: swap it in; the stream goes on
    upsert,
    erase,
    end,  // end the stream, then on_stream_end()
  };
  // When to send the next request().
  struct Pause {
    bool back_off = false;       // after the next backoff delay; else at once
    base::Duration at_least{0};  // what the server asked for (Retry-After)
    bool failed = false;         // tell and count it
  };

  explicit WatchState(Settings settings) : settings_(settings), streaming_(settings.streaming_list) { begin_listing(); }

  Phase phase() const { return phase_; }
  // Whether everything there was has been taken over once.
  bool synced() const { return synced_; }
  // The last version seen, to start from; empty: none.
  const std::string& resource_version() const { return resource_version_; }

  Request request() const;

  Page on_page(const std::string& list_version, const std::string& continue_token);
  Pause on_list_error(const Error& error);
  // A list that the server sent and that could not be read.
  Pause on_list_unreadable();

  Take on_event(const WatchEvent& event);
  // The stream has ended in an orderly way, or because on_event() said so, after `lasted` and `events` lines.
  Pause on_stream_end(base::Duration lasted, std::size_t events);
  // It was refused or broke off.
  Pause on_stream_error(const Error& error);

 private:
  void begin_listing();
  Pause expired();
  Pause give_up_streaming(const Error& error);
  Take on_event_while_streaming(const WatchEvent& event);
  void good_list(const std::string& version);

  const Settings settings_;
  Phase phase_ = Phase::list;
  bool streaming_;          // the server takes streaming lists, as far as we know
  bool list_once_ = false;  // a streaming list came to nothing: the next one is a plain list
  bool synced_ = false;
  bool version_unavailable_ = false;  // the next list is a quorum read
  bool unpaged_ = false;              // a continue token expired: the next list comes in one piece
  bool expired_ = false;              // the version expired, and no event has come since the list that followed
  std::string resource_version_;
  std::string continue_token_;
  Error in_stream_;  // what an ERROR event said; code 0: none has come
  bool deleted_too_early_ = false;
};

// Whether a list at `error`'s version can succeed later, or never: "Too large resource version" (a 504 Timeout).
bool resource_version_too_large(const Error& error);

}  // namespace kube
