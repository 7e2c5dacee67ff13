#include "kube/watch_state.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace kube {
namespace {

// client-go's VeryShortWatchError: without it a proxy that ends each watch would make a hot loop.
constexpr base::Duration very_short = std::chrono::seconds(1);

WatchState::Pause at_once() { return {}; }
WatchState::Pause back_off(const Error& error) { return {true, error.retry_after, true}; }

// The request itself is what the server does not like (a feature that it has not, a parameter that it does not know).
bool refused(const Error& error) {
  return error.code >= 400 && error.code < 500 && !error.unauthorized() && !error.forbidden() && !error.not_found() &&
         !error.gone() && !error.too_many_requests() && error.code != 408;
}

}  // namespace

bool resource_version_too_large(const Error& error) {
  constexpr std::string_view text = "too large resource version";
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return error.code == 504 &&
         std::search(error.message.begin(), error.message.end(), text.begin(), text.end(), same) != error.message.end();
}

WatchState::Request WatchState::request() const {
  Request request{phase_, resource_version_, 0, {}};
  if (version_unavailable_) request.resource_version.clear();
  switch (phase_) {
    case Phase::list:
      if (!version_unavailable_ && resource_version_.empty()) request.resource_version = "0";
      // Any other version is served from the API server's cache only when no limit is set.
      if (!unpaged_ && (request.resource_version.empty() || request.resource_version == "0")) {
        request.limit = settings_.page_size;
      }
      break;
    case Phase::page:
      request.resource_version.clear();  // the token carries it
      request.limit = settings_.page_size;
      request.continue_token = continue_token_;
      break;
    case Phase::stream:
    case Phase::watch:
      break;
  }
  return request;
}

WatchState::Page WatchState::on_page(const std::string& list_version, const std::string& continue_token) {
  if (!continue_token.empty()) {
    phase_ = Phase::page;
    continue_token_ = continue_token;
    return Page::collect;
  }
  good_list(list_version);
  return Page::replace;
}

WatchState::Pause WatchState::on_list_error(const Error& error) {
  const bool next_page = phase_ == Phase::page;
  phase_ = Phase::list;
  if (error.stopped()) return at_once();
  if (next_page && error.gone()) {
    if (unpaged_) return back_off(error);
    unpaged_ = true;
    return at_once();
  }
  if ((error.gone() || resource_version_too_large(error)) && !version_unavailable_) {
    version_unavailable_ = true;
    return at_once();
  }
  if (refused(error)) version_unavailable_ = true;  // perhaps it is the version that is refused
  return back_off(error);
}

WatchState::Pause WatchState::on_list_unreadable() {
  phase_ = Phase::list;
  return {true, {}, true};
}

WatchState::Take WatchState::on_event(const WatchEvent& event) {
  if (event.type == EventType::error) {
    in_stream_ = event.status;
    if (in_stream_.code == 0) in_stream_.code = 500;  // an ERROR that says nothing is a failure all the same
    return Take::end;
  }
  if (phase_ == Phase::stream) return on_event_while_streaming(event);

  if (!event.resource_version.empty()) resource_version_ = event.resource_version;
  expired_ = false;
  switch (event.type) {
    case EventType::added:
    case EventType::modified:
      return Take::upsert;
    case EventType::deleted:
      return Take::erase;
    default:
      return Take::nothing;
  }
}

// What there was at the start does not come in the order of its versions, so none of them is remembered before the
// bookmark that ends it.
WatchState::Take WatchState::on_event_while_streaming(const WatchEvent& event) {
  switch (event.type) {
    case EventType::added:
    case EventType::modified:
      return Take::collect;
    case EventType::deleted:  // a bug of the server: nothing that was there at the start can go before it ends
      deleted_too_early_ = true;
      return Take::end;
    default:
      break;
  }
  if (!event.initial_events_end) return Take::nothing;
  good_list(event.resource_version);
  return Take::replace;
}

WatchState::Pause WatchState::on_stream_end(base::Duration lasted, std::size_t events) {
  if (in_stream_.code != 0) {
    const Error error = in_stream_;
    in_stream_ = {};
    if (phase_ == Phase::watch && !error.gone() && !error.too_many_requests() && !resource_version_too_large(error)) {
      begin_listing();
      return back_off(error);
    }
    return on_stream_error(error);
  }
  if (phase_ == Phase::stream) {
    const bool server_bug = deleted_too_early_;
    deleted_too_early_ = false;
    list_once_ = true;
    begin_listing();
    return {!server_bug, {}, true};
  }
  if (lasted < very_short && events == 0) return {true, {}, true};
  expired_ = false;
  return at_once();
}

WatchState::Pause WatchState::on_stream_error(const Error& error) {
  in_stream_ = {};
  if (error.stopped()) return at_once();
  if (error.gone()) return expired();
  if (resource_version_too_large(error)) {
    const bool again = version_unavailable_;
    version_unavailable_ = true;
    begin_listing();
    return again ? back_off(error) : at_once();
  }
  if (phase_ == Phase::stream) return give_up_streaming(error);
  // Whoever does not like the request gets another one; a kind that is gone has nothing that could be watched; a line
  // that is too long would be so again.
  const bool too_long = error.no_answer() && error.failure == http::Failure::too_large;
  if (refused(error)) version_unavailable_ = true;
  if (refused(error) || error.not_found() || too_long) begin_listing();
  return back_off(error);
}

// A list follows with the last version ("not older than"), at once; but not over and over again.
WatchState::Pause WatchState::expired() {
  const bool again = expired_;
  expired_ = true;
  if (phase_ == Phase::stream) version_unavailable_ = true;
  begin_listing();
  return {again, {}, again};
}

WatchState::Pause WatchState::give_up_streaming(const Error& error) {
  if (refused(error)) {
    streaming_ = false;
    begin_listing();
    return at_once();
  }
  const bool same_again = error.unauthorized() || error.forbidden() || error.not_found() || error.too_many_requests() ||
                          (error.no_answer() && error.failure == http::Failure::unreachable);
  list_once_ = !same_again;
  begin_listing();
  return back_off(error);
}

void WatchState::begin_listing() {
  continue_token_.clear();
  phase_ = streaming_ && !list_once_ ? Phase::stream : Phase::list;
}

void WatchState::good_list(const std::string& version) {
  resource_version_ = version;
  version_unavailable_ = false;
  list_once_ = false;
  unpaged_ = false;
  synced_ = true;
  continue_token_.clear();
  phase_ = Phase::watch;
}

}  // namespace kube
