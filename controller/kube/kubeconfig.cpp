#include "kube/kubeconfig.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/logging.h"
#include "http/peer.h"
#include "json/yaml.h"
#include "kube/file_credentials.h"
#include "kube/kubeconfig_user.h"

namespace kube {
namespace {

struct File {
  std::string path;
  json::Value content;
};

std::string value_of(const std::map<std::string, std::string>& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Which files, and whether each must be there: the ones of a $KUBECONFIG list need not, as in kubectl.
struct Wanted {
  std::vector<std::string> paths;
  bool required = true;
  std::string origin;
};

base::Result<Wanted> wanted_files(const KubeconfigOptions& options) {
  if (!options.path.empty()) return Wanted{{options.path}, true, "--kubeconfig"};
  const std::string list = value_of(options.environment, "KUBECONFIG");
  if (!list.empty()) {
    Wanted wanted{{}, false, "$KUBECONFIG"};
    for (std::size_t at = 0; at <= list.size();) {
      const std::size_t end = std::min(list.find(':', at), list.size());
      std::string path = list.substr(at, end - at);
      const bool known = std::find(wanted.paths.begin(), wanted.paths.end(), path) != wanted.paths.end();
      if (!path.empty() && !known) wanted.paths.push_back(std::move(path));
      at = end + 1;
    }
    return wanted;
  }
  const std::string home = value_of(options.environment, "HOME");
  if (home.empty()) {
    return base::failure("no kubeconfig is given: use --kubeconfig, or set KUBECONFIG (HOME is not set either)");
  }
  return Wanted{{home + "/.kube/config"}, true, "$HOME"};
}

base::Result<File> load_file(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  auto content = json::parse_yaml(*text);
  if (!content) return base::failure(path + ": " + content.error().message);
  if (content->is_null()) *content = json::Value::object();
  if (!content->is_object()) return base::failure(path + " is no kubeconfig: its top level must be a map");
  const std::string kind = json::string_at(*content, "/kind", "Config");
  if (kind != "Config") return base::failure(path + " is no kubeconfig: its kind is \"" + kind + "\", not Config");
  for (const char* list : {"clusters", "users", "contexts"}) {
    const auto found = content->find(list);
    if (found == content->end() || found->is_null()) continue;
    if (!found->is_array()) return base::failure(path + ": " + list + " must be a list");
  }
  return File{path, std::move(*content)};
}

base::Result<std::vector<File>> load_files(const KubeconfigOptions& options) {
  const auto wanted = wanted_files(options);
  if (!wanted) return tl::unexpected(wanted.error());
  std::vector<File> files;
  for (const std::string& path : wanted->paths) {
    if (!wanted->required && ::access(path.c_str(), F_OK) != 0) continue;
    auto file = load_file(path);
    if (!file) {
      return base::failure("kubeconfig (from " + wanted->origin + "): " + file.error().message);
    }
    files.push_back(std::move(*file));
  }
  if (files.empty()) {
    return base::failure("kubeconfig: none of the files that $KUBECONFIG names exists (" +
                         value_of(options.environment, "KUBECONFIG") + "): correct it, or use --kubeconfig");
  }
  return files;
}

std::string names_in(const std::vector<File>& files, const char* list) {
  std::string names;
  for (const File& file : files) {
    const auto found = file.content.find(list);
    if (found == file.content.end() || !found->is_array()) continue;
    for (const json::Value& item : *found) {
      const std::string name = json::string_at(item, "/name");
      if (name.empty() || names.size() > 200) continue;
      names += (names.empty() ? "" : ", ") + name;
    }
  }
  return names.empty() ? "none" : names;
}

// The first entry of that name in `list` (clusters, users, contexts), whose value stands under `field`.
base::Result<KubeconfigEntry> find_entry(const std::vector<File>& files, const char* list, const char* field,
                                         const std::string& name, const std::string& asked_by) {
  for (const File& file : files) {
    const auto found = file.content.find(list);
    if (found == file.content.end() || !found->is_array()) continue;
    for (const json::Value& item : *found) {
      if (json::string_at(item, "/name") != name) continue;
      KubeconfigEntry entry{item.contains(field) ? item[field] : json::Value(nullptr),
                            file.path + ": " + field + " \"" + name + "\"", folder_of(file.path)};
      if (entry.value.is_null()) entry.value = json::Value::object();
      if (!entry.value.is_object()) return base::failure(entry.name + " must be a map");
      return entry;
    }
  }
  return base::failure(asked_by + " names the " + field + " \"" + name +
                       "\", which is not there; there are: " + names_in(files, list));
}

base::Result<std::string> chosen_context(const KubeconfigOptions& options, const std::vector<File>& files) {
  if (!options.context.empty()) return options.context;
  for (const File& file : files) {
    std::string name = json::string_at(file.content, "/current-context");
    if (!name.empty()) return name;
  }
  return base::failure(files.front().path + ": no current-context is set: set it, or use --context; there are: " +
                       names_in(files, "contexts"));
}

base::Result<void> read_cluster(const KubeconfigEntry& cluster, ClusterAccess& access) {
  access.server = json::string_at(cluster.value, "/server");
  if (access.server.empty()) return base::failure(cluster.name + ": server is missing: give the API server's URL");
  const auto peer = http::parse_peer(access.server);
  if (!peer) return base::failure(cluster.name + ": server: " + peer.error().message);
  while (access.server.back() == '/') access.server.pop_back();
  if (!json::string_at(cluster.value, "/proxy-url").empty()) {
    return base::failure(cluster.name + ": proxy-url is not supported: run the operator where it reaches the server");
  }
  access.tls_server_name = json::string_at(cluster.value, "/tls-server-name");
  access.insecure_skip_tls_verify = json::bool_at(cluster.value, "/insecure-skip-tls-verify");
  if (access.insecure_skip_tls_verify) {
    const bool ca = !json::string_at(cluster.value, "/certificate-authority").empty() ||
                    !json::string_at(cluster.value, "/certificate-authority-data").empty();
    if (ca) {
      return base::failure(cluster.name + ": insecure-skip-tls-verify is true and a certificate-authority is given: " +
                           "remove insecure-skip-tls-verify");
    }
    base::log::warn("TLS IS NOT VERIFIED: whoever is between here and the API server can read and change everything; " +
                        std::string("remove insecure-skip-tls-verify and give the certificate-authority"),
                    {{"entry", cluster.name}});
  }
  if (!peer->tls) {
    base::log::warn("the API server's URL is http: credentials go over the network unencrypted",
                    {{"entry", cluster.name}, {"server", access.server}});
  }
  return {};
}

}  // namespace

base::Result<ClusterAccess> load_kubeconfig(const KubeconfigOptions& options, const base::Clock& clock) {
  const auto files = load_files(options);
  if (!files) return tl::unexpected(files.error());
  const auto name = chosen_context(options, *files);
  if (!name) return tl::unexpected(name.error());
  const std::string asked_by = options.context.empty() ? files->front().path + ": current-context" : "--context";
  const auto context = find_entry(*files, "contexts", "context", *name, asked_by);
  if (!context) return tl::unexpected(context.error());
  const std::string cluster_name = json::string_at(context->value, "/cluster");
  if (cluster_name.empty()) return base::failure(context->name + ": cluster is missing");
  const auto cluster = find_entry(*files, "clusters", "cluster", cluster_name, context->name);
  if (!cluster) return tl::unexpected(cluster.error());

  ClusterAccess access;
  if (const auto read = read_cluster(*cluster, access); !read) return tl::unexpected(read.error());
  const std::string user_name = json::string_at(context->value, "/user");
  KubeconfigEntry user{json::Value::object(), context->name + ": user", context->folder};
  if (!user_name.empty()) {
    auto found = find_entry(*files, "users", "user", user_name, context->name);
    if (!found) return tl::unexpected(found.error());
    user = std::move(*found);
  }
  auto credentials = make_credentials(*cluster, user, options.environment, clock);
  if (!credentials) return tl::unexpected(credentials.error());
  access.credentials = std::move(*credentials);
  access.namespace_name = json::string_at(context->value, "/namespace");
  access.source = context->name;
  return access;
}

}  // namespace kube
