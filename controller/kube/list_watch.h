// What a Watcher asks of the API server: one kind, one namespace or all, one label selector.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "kube/client.h"
#include "kube/error.h"

namespace kube {

// Two functions, so that a watcher is tested on a script. Called from the watcher's thread only.
struct ListWatch {
  std::function<Result<std::string>(const ListOptions& options, std::stop_token stop)> list;
  std::function<Result<void>(const WatchOptions& options, const std::function<bool(std::string_view line)>& on_line,
                             std::stop_token stop)>
      watch;
};

// `client` and `type` outlive what is returned. An empty `namespace_name` means all namespaces.
ListWatch list_watch(Client& client, const ResourceType& type, const std::string& namespace_name,
                     const std::string& label_selector);

}  // namespace kube
