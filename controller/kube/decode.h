// From the API server's JSON to Object, in one pass: identity, applied hash, projection. The hot path of the process:
// each watch event and each answer to a write comes through here. The .cpp is one of the few files that know RapidJSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/error.h"
#include "kube/model/object.h"

namespace kube {

enum class EventType { added, modified, deleted, bookmark, error };

struct WatchEvent {
  EventType type = EventType::error;
  ObjectPtr object;                 // not for bookmark and error
  std::string resource_version;     // of the object or the bookmark
  bool initial_events_end = false;  // a bookmark with the annotation k8s.io/initial-events-end=true
  Error status;                     // for error: the metav1.Status that the server sent
};

struct ObjectList {
  std::vector<ObjectPtr> items;
  std::string resource_version;  // the list's own: never derive one from its items
  std::string continue_token;
};

// Each refuses what is not of that shape (a Table, another kind, no name): `expected` gives apiVersion and kind; items
// of a list may leave theirs out. Thread-safe: pure.
base::Result<WatchEvent> decode_watch_event(std::string_view line, const ResourceType& expected,
                                            const Projection& projection);
base::Result<ObjectPtr> decode_object(std::string_view body, const ResourceType& expected,
                                      const Projection& projection);
// A list is parsed where it stands: give the body away rather than copying it. One item at a time is held as values.
base::Result<ObjectList> decode_list(std::string body, const ResourceType& expected, const Projection& projection);

}  // namespace kube
