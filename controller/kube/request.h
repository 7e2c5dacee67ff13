// From verbs and options to paths and bodies: what goes over the wire, as pure functions.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "kube/model/resource_type.h"

namespace kube {

// The one field manager of everything that we apply. Never change it: a new name would orphan what the old one owns.
inline constexpr std::string_view field_manager = "heat-operator";

struct ListOptions {
  std::string label_selector;
  std::string resource_version;        // empty: the most recent (quorum read); "0": whatever the cache has
  std::string resource_version_match;  // "NotOlderThan" or empty
  int limit = 0;                       // 0: no paging
  std::string continue_token;
};

struct WatchOptions {
  std::string label_selector;
  std::string resource_version;
  bool send_initial_events = false;   // streaming list: needs resourceVersionMatch=NotOlderThan, which the client adds
  std::chrono::seconds timeout{300};  // timeoutSeconds; the idle timer on our side is this and 10 s more
};

struct ApplyOptions {
  std::string_view subresource = "";  // "status"
  bool force = true;                  // take fields that another manager holds: ours are ours
};

struct Preconditions {
  std::string uid;
  std::string resource_version;  // empty: any
};

// "/apis/apps/v1/namespaces/ns/statefulsets"; without a namespace: of all namespaces, or cluster-scoped.
std::string collection_path(const ResourceType& type, const std::string& namespace_name);
std::string object_path(const ResourceType& type, const ObjectKey& key, std::string_view subresource = "");

std::string list_target(const ResourceType& type, const std::string& namespace_name, const ListOptions& options);
// Asks for bookmarks always; with initial events, for those not older than the resourceVersion.
std::string watch_target(const ResourceType& type, const std::string& namespace_name, const WatchOptions& options);
// fieldValidation=Strict: the server checks fields strictly anyway (its default is to warn), so it costs nothing, and a
// field that an older server would drop silently becomes an error instead of a difference that is applied for ever.
std::string apply_target(const ResourceType& type, const ObjectKey& key, const ApplyOptions& options);
std::string create_target(const ResourceType& type, const std::string& namespace_name);
std::string replace_target(const ResourceType& type, const ObjectKey& key);

// The body of a DELETE: background propagation, so that what the object owns goes after it.
std::string delete_options(const Preconditions& preconditions);

}  // namespace kube
