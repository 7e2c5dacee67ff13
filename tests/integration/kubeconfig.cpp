#include "kubeconfig.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/base64.h"
#include "json/yaml.h"

namespace integration {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A PEM text that stands in the kubeconfig or in a file of its own; empty where there is none.
std::string pem(const json::Value& section, const std::string& name) {
  const std::string data = json::string_at(section, ("/" + name + "-data").c_str());
  if (!data.empty()) return base::base64_decode(data).value_or("");
  const std::string file = json::string_at(section, ("/" + name).c_str());
  return file.empty() ? "" : content_of(file);
}

std::string token(const json::Value& user) {
  const std::string file = json::string_at(user, "/tokenFile");
  if (file.empty()) return json::string_at(user, "/token");
  std::string text = content_of(file);
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

// Of the list that is called `kind`s, the one of that name.
const json::Value& named(const json::Value& config, const std::string& kind, const std::string& name) {
  for (const json::Value& each : config.at(kind + "s")) {
    if (each.at("name") == name) return each.at(kind);
  }
  throw std::runtime_error("it has no " + kind + " " + name);
}

Access access_of(const json::Value& config) {
  const json::Value& context = named(config, "context", json::string_at(config, "/current-context"));
  const json::Value& cluster = named(config, "cluster", json::string_at(context, "/cluster"));
  const json::Value& user = named(config, "user", json::string_at(context, "/user"));
  Access access{json::string_at(cluster, "/server"),
                pem(cluster, "certificate-authority"),
                {pem(user, "client-certificate"), pem(user, "client-key"), token(user)}};
  if (access.credentials.certificate.empty() && access.credentials.token.empty()) {
    throw std::runtime_error("its user has neither a client certificate nor a token");
  }
  return access;
}

}  // namespace

Access read_kubeconfig(const std::string& path) {
  const auto config = json::parse_yaml(content_of(path));
  if (!config) throw std::runtime_error(path + ": " + config.error().message);
  try {
    return access_of(*config);
  } catch (const std::exception& problem) {
    throw std::runtime_error(path + ": " + problem.what());
  }
}

}  // namespace integration
