#include "kube/list_watch.h"

#include <utility>

namespace kube {

ListWatch list_watch(Client& client, const ResourceType& type, const std::string& namespace_name,
                     const std::string& label_selector) {
  return {
      [&client, &type, namespace_name, label_selector](ListOptions options, std::stop_token stop) {
        options.label_selector = label_selector;
        return client.list(type, namespace_name, options, std::move(stop));
      },
      [&client, &type, namespace_name, label_selector](WatchOptions options, const auto& on_line,
                                                       std::stop_token stop) {
        options.label_selector = label_selector;
        return client.watch(type, namespace_name, options, on_line, std::move(stop));
      },
  };
}

}  // namespace kube
