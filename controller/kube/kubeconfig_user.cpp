#include "kube/kubeconfig_user.h"

#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/logging.h"
#include "http/tls.h"
#include "kube/exec_credentials.h"
#include "kube/file_credentials.h"

namespace kube {
namespace {

// client-go: a token file is good for a minute, less 10 s of leeway; certificates and authorities for 5 min.
constexpr base::Duration token_period = std::chrono::seconds(50);
constexpr base::Duration certificate_period = std::chrono::minutes(5);
constexpr base::Duration plugin_timeout = std::chrono::seconds(60);

using Environment = std::map<std::string, std::string>;

bool has(const json::Value& value, const char* field) {
  const auto found = value.find(field);
  return found != value.end() && !found->is_null() && *found != "" && *found != json::Value::array() &&
         *found != json::Value::object();
}

base::Result<std::string> text_of(const KubeconfigEntry& entry, const std::string& field) {
  const auto found = entry.value.find(field);
  if (found == entry.value.end() || found->is_null()) return std::string();
  if (found->is_string()) return found->get<std::string>();
  return base::failure(entry.name + ": " + field + " must be a string: put it into quotes");
}

// `field`, or base64 text in `field`-data, which wins.
base::Result<Material> pem_of(const KubeconfigEntry& entry, const std::string& field) {
  const auto data = text_of(entry, field + "-data");
  if (!data) return tl::unexpected(data.error());
  if (!data->empty()) {
    auto decoded = base::base64_decode(*data);
    if (!decoded) return base::failure(entry.name + ": " + field + "-data is not base64");
    return Material::given(std::move(*decoded));
  }
  const auto path = text_of(entry, field);
  if (!path) return tl::unexpected(path.error());
  if (path->empty()) return Material();
  return Material::in_file(entry.name + ": " + field, entry.path(*path), Material::Shape::text, certificate_period);
}

base::Result<void> refuse_what_is_not_supported(const KubeconfigEntry& user) {
  static constexpr const char* impersonation[] = {"as", "as-uid", "as-groups", "as-user-extra"};
  for (const char* field : impersonation) {
    if (has(user.value, field)) {
      return base::failure(user.name + ": " + field +
                           " is not supported (impersonation): use a user that has the rights itself");
    }
  }
  if (has(user.value, "auth-provider")) {
    return base::failure(user.name + ": auth-provider is not supported any more in Kubernetes: use exec");
  }
  const bool token = has(user.value, "token") || has(user.value, "tokenFile");
  const bool basic = has(user.value, "username") || has(user.value, "password");
  const bool exec = has(user.value, "exec");
  if (int{token} + int{basic} + int{exec} > 1) {
    return base::failure(user.name + ": more than one of token, username and exec is given: keep one of them");
  }
  if (exec && (has(user.value, "client-certificate") || has(user.value, "client-certificate-data"))) {
    return base::failure(user.name + ": both exec and client-certificate are given: keep one of them");
  }
  return {};
}

base::Result<void> read_authorization(const KubeconfigEntry& user, FileCredentialsParts& parts) {
  std::map<std::string, std::string> texts;
  for (const char* field : {"token", "tokenFile", "username", "password"}) {
    auto text = text_of(user, field);
    if (!text) return tl::unexpected(text.error());
    texts[field] = std::move(*text);
  }
  if (!texts["tokenFile"].empty()) {
    parts.token = Material::in_file(user.name + ": tokenFile", user.path(texts["tokenFile"]), Material::Shape::token,
                                    token_period);
    parts.fallback_token = texts["token"];
  } else if (!texts["token"].empty()) {
    parts.token = Material::given(texts["token"]);
  } else if (!texts["username"].empty()) {
    parts.authorization = "Basic " + base::base64_encode(texts["username"] + ":" + texts["password"]);
  }
  for (const auto& [field, text] : texts) {
    if (text.find_first_of("\r\n") != std::string::npos) {
      return base::failure(user.name + ": " + field + " holds a line break: write it on one line");
    }
  }
  return {};
}

base::Result<std::shared_ptr<Credentials>> file_credentials(const KubeconfigEntry& user, Material ca,
                                                            const base::Clock& clock) {
  FileCredentialsParts parts;
  parts.ca = std::move(ca);
  auto certificate = pem_of(user, "client-certificate");
  if (!certificate) return tl::unexpected(certificate.error());
  auto key = pem_of(user, "client-key");
  if (!key) return tl::unexpected(key.error());
  if (certificate->present() != key->present()) {
    return base::failure(user.name + ": " + (key->present() ? "client-key" : "client-certificate") +
                         " is given without " + (key->present() ? "client-certificate" : "client-key"));
  }
  parts.client_cert = std::move(*certificate);
  parts.client_key = std::move(*key);
  if (const auto read = read_authorization(user, parts); !read) return tl::unexpected(read.error());
  auto made = std::make_shared<FileCredentials>(std::move(parts), clock);
  if (const auto token = made->authorization(); !token) return tl::unexpected(token.error());
  if (const auto material = made->tls(); !material) {
    const std::string& message = material.error().message;
    return base::failure(message.rfind(user.name, 0) == 0 ? message : user.name + ": " + message);
  }
  return made;
}

base::Result<std::vector<std::string>> arguments_of(const KubeconfigEntry& user, const json::Value& exec) {
  std::vector<std::string> arguments;
  if (!has(exec, "args")) return arguments;
  const json::Value& list = exec["args"];
  const std::string wrong = user.name + ": exec.args must be a list of strings: put numbers into quotes";
  if (!list.is_array()) return base::failure(wrong);
  for (const json::Value& item : list) {
    if (!item.is_string()) return base::failure(wrong);
    arguments.push_back(item.get<std::string>());
  }
  return arguments;
}

// The original environment, changed by the entry's own.
base::Result<Environment> environment_of(const KubeconfigEntry& user, const json::Value& exec,
                                         const Environment& original) {
  Environment environment = original;
  environment.erase("KUBERNETES_EXEC_INFO");
  if (!has(exec, "env")) return environment;
  const std::string wrong = user.name + ": exec.env must be a list of name and value, both strings";
  if (!exec["env"].is_array()) return base::failure(wrong);
  for (const json::Value& item : exec["env"]) {
    const std::string name = json::string_at(item, "/name");
    if (name.empty() || name.find('=') != std::string::npos || !item.contains("value") || !item["value"].is_string()) {
      return base::failure(wrong);
    }
    environment[name] = item["value"].get<std::string>();
  }
  return environment;
}

json::Value cluster_info(const KubeconfigEntry& cluster, const std::string& ca_pem) {
  json::Value info = {{"server", json::string_at(cluster.value, "/server")}};
  if (const auto name = json::string_at(cluster.value, "/tls-server-name"); !name.empty())
    info["tls-server-name"] = name;
  if (json::bool_at(cluster.value, "/insecure-skip-tls-verify")) info["insecure-skip-tls-verify"] = true;
  if (!ca_pem.empty()) info["certificate-authority-data"] = base::base64_encode(ca_pem);
  if (const json::Value* extensions = json::find(cluster.value, "/extensions");
      extensions != nullptr && extensions->is_array()) {
    for (const json::Value& item : *extensions) {
      if (json::string_at(item, "/name") == "client.authentication.k8s.io/exec" && item.contains("extension")) {
        info["config"] = item["extension"];
      }
    }
  }
  return info;
}

base::Result<ExecPlugin> plugin_of(const KubeconfigEntry& user, const Environment& original) {
  const json::Value& exec = user.value["exec"];
  if (!exec.is_object()) return base::failure(user.name + ": exec must be an object");
  ExecPlugin plugin;
  plugin.entry = user.name;
  plugin.api_version = json::string_at(exec, "/apiVersion");
  if (plugin.api_version != "client.authentication.k8s.io/v1" &&
      plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    return base::failure(user.name + ": exec.apiVersion \"" + plugin.api_version +
                         "\" is not supported: client.authentication.k8s.io/v1 and v1beta1 are");
  }
  plugin.command = json::string_at(exec, "/command");
  if (plugin.command.empty()) return base::failure(user.name + ": exec.command is missing");
  if (plugin.command.find('/') != std::string::npos) plugin.command = user.path(plugin.command);
  plugin.install_hint = json::string_at(exec, "/installHint");
  const std::string mode = json::string_at(exec, "/interactiveMode");
  if (mode == "Always") {
    return base::failure(user.name + ": exec.interactiveMode is Always, and an operator has no terminal: use a " +
                         "plugin that needs none (Never or IfAvailable)");
  }
  if (mode.empty() && plugin.api_version == "client.authentication.k8s.io/v1") {
    return base::failure(user.name + ": exec.interactiveMode is missing: v1 wants Never or IfAvailable");
  }
  if (!mode.empty() && mode != "Never" && mode != "IfAvailable") {
    return base::failure(user.name + ": exec.interactiveMode \"" + mode + "\" is none of Never, IfAvailable, Always");
  }
  auto arguments = arguments_of(user, exec);
  if (!arguments) return tl::unexpected(arguments.error());
  plugin.arguments = std::move(*arguments);
  auto environment = environment_of(user, exec, original);
  if (!environment) return tl::unexpected(environment.error());
  plugin.environment = std::move(*environment);
  return plugin;
}

base::Result<std::shared_ptr<Credentials>> exec_credentials(const KubeconfigEntry& cluster, const KubeconfigEntry& user,
                                                            Material ca, const std::string& ca_pem,
                                                            const Environment& original, const base::Clock& clock) {
  auto plugin = plugin_of(user, original);
  if (!plugin) return tl::unexpected(plugin.error());
  if (json::bool_at(user.value, "/exec/provideClusterInfo")) plugin->cluster = cluster_info(cluster, ca_pem);
  auto made = std::make_shared<ExecCredentials>(
      [plugin = std::move(*plugin)] { return run_exec_plugin(plugin, plugin_timeout); }, std::move(ca), clock);
  if (const auto first = made->authorization(); !first) return tl::unexpected(first.error());
  return made;
}

}  // namespace

std::string KubeconfigEntry::path(const std::string& written) const {
  return written.empty() || written.front() == '/' ? written : folder + "/" + written;
}

base::Result<std::shared_ptr<Credentials>> make_credentials(const KubeconfigEntry& cluster, const KubeconfigEntry& user,
                                                            const Environment& environment, const base::Clock& clock) {
  if (const auto supported = refuse_what_is_not_supported(user); !supported) {
    return tl::unexpected(supported.error());
  }
  auto ca = pem_of(cluster, "certificate-authority");
  if (!ca) return tl::unexpected(ca.error());
  const auto ca_pem = ca->read(clock);
  if (!ca_pem) return tl::unexpected(ca_pem.error());
  if (ca->present()) {
    if (ca_pem->empty()) return base::failure(cluster.name + ": certificate-authority is empty");
    if (const auto checked = http::check_tls({*ca_pem, {}, {}}); !checked) {
      return base::failure(cluster.name + ": " + checked.error().message);
    }
  }
  if (has(user.value, "exec")) {
    return exec_credentials(cluster, user, std::move(*ca), *ca_pem, environment, clock);
  }
  return file_credentials(user, std::move(*ca), clock);
}

}  // namespace kube
