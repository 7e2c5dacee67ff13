// The verbs of the API server on a Store, without any transport.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "fake_api/admission.h"
#include "fake_api/request.h"
#include "fake_api/store.h"
#include "json/json.h"

namespace fake_api {

// Thread-safe: writes are done one after the other under write_mutex_, reads go to the store.
class Api {
 public:
  explicit Api(Store& store) : store_(store) {}

  // Every verb but watch (fake_api/watch.h).
  Response handle(const Request& request);

  // For tests and the simulation: the same writes without HTTP. They throw std::runtime_error with the server's message
  // where it refuses. `object` carries apiVersion, kind, name and namespace.
  json::Value create(const json::Value& object);
  json::Value apply(const json::Value& object, const std::string& manager);
  json::Value patch(const Key& key, const json::Value& merge_patch, const std::string& manager = "kubectl",
                    const std::string& subresource = "");
  void remove(const Key& key);
  // The object as it is; null where there is none.
  json::Value read(const Key& key) const;

  Store& store() { return store_; }

 private:
  Response get(const Request& request) const;
  Response list(const Request& request) const;
  Response create(const Request& request);
  Response apply(const Request& request);
  Response update(const Request& request);
  Response patch(const Request& request);
  Response remove(const Request& request);

  // Identity, defaults, checks, generation; then into the store unless nothing changed. `before` is null for a create.
  Response commit(const Request& request, const json::Value& before, json::Value after);
  json::Value with_identity(const Request& request, json::Value object);

  Store& store_;
  std::mutex write_mutex_;
  std::atomic<std::int64_t> sequence_ = 0;
};

// Parses "a=b,c==d,e!=f,g"; an object matches where each part does.
bool matches_labels(const std::string& selector, const json::Value& object);
// metadata.name and metadata.namespace only.
bool matches_fields(const std::string& selector, const json::Value& object);
// 504 with the cause ResourceVersionTooLarge: the view that was asked has not come that far.
Response version_too_large(Version asked, Version current);
// Now, as metav1.Time.
std::string timestamp();

}  // namespace fake_api
