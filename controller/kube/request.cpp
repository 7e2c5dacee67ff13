#include "kube/request.h"

#include "http/transport.h"
#include "json/json.h"

namespace kube {
namespace {

// Appends "?name=value" or "&name=value"; nothing for an empty value.
void add(std::string& target, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  target += target.find('?') == std::string::npos ? '?' : '&';
  target += name;
  target += '=';
  target += http::encode(value);
}

}  // namespace

std::string collection_path(const ResourceType& type, const std::string& namespace_name) {
  std::string path = type.group.empty() ? "/api/" : "/apis/" + std::string(type.group) + "/";
  path += type.version;
  if (!namespace_name.empty()) path += "/namespaces/" + http::encode(namespace_name);
  path += '/';
  path += type.plural;
  return path;
}

std::string object_path(const ResourceType& type, const ObjectKey& key, std::string_view subresource) {
  std::string path = collection_path(type, key.namespace_name) + "/" + http::encode(key.name);
  if (!subresource.empty()) {
    path += '/';
    path += subresource;
  }
  return path;
}

std::string list_target(const ResourceType& type, const std::string& namespace_name, const ListOptions& options) {
  std::string target = collection_path(type, namespace_name);
  add(target, "labelSelector", options.label_selector);
  add(target, "resourceVersion", options.resource_version);
  add(target, "resourceVersionMatch", options.resource_version_match);
  if (options.limit > 0) add(target, "limit", std::to_string(options.limit));
  add(target, "continue", options.continue_token);
  return target;
}

std::string watch_target(const ResourceType& type, const std::string& namespace_name, const WatchOptions& options) {
  std::string target = collection_path(type, namespace_name);
  add(target, "watch", "1");
  add(target, "allowWatchBookmarks", "true");
  add(target, "labelSelector", options.label_selector);
  add(target, "resourceVersion", options.resource_version);
  if (options.send_initial_events) {
    add(target, "sendInitialEvents", "true");
    add(target, "resourceVersionMatch", "NotOlderThan");
  }
  add(target, "timeoutSeconds", std::to_string(options.timeout.count()));
  return target;
}

std::string apply_target(const ResourceType& type, const ObjectKey& key, const ApplyOptions& options) {
  std::string target = object_path(type, key, options.subresource);
  add(target, "fieldManager", field_manager);
  add(target, "force", options.force ? "true" : "");
  add(target, "fieldValidation", "Strict");
  return target;
}

std::string create_target(const ResourceType& type, const std::string& namespace_name) {
  std::string target = collection_path(type, namespace_name);
  add(target, "fieldManager", field_manager);
  add(target, "fieldValidation", "Strict");
  return target;
}

std::string replace_target(const ResourceType& type, const ObjectKey& key) {
  std::string target = object_path(type, key);
  add(target, "fieldManager", field_manager);
  add(target, "fieldValidation", "Strict");
  return target;
}

std::string delete_options(const Preconditions& preconditions) {
  json::Value options = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}};
  if (!preconditions.uid.empty()) options["preconditions"]["uid"] = preconditions.uid;
  if (!preconditions.resource_version.empty()) {
    options["preconditions"]["resourceVersion"] = preconditions.resource_version;
  }
  return options.dump();
}

}  // namespace kube
