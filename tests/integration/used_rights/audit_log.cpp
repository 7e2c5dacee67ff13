#include "audit_log.h"

#include <fstream>
#include <stdexcept>

namespace used_rights {
namespace {

constexpr int forbidden = 403;
constexpr int created = 201;

std::string resource_of(const json::Value& reference) {
  std::string resource = reference.value("apiGroup", "") + "/" + json::string_at(reference, "/resource");
  const std::string subresource = reference.value("subresource", "");
  return subresource.empty() ? resource : resource + "/" + subresource;
}

}  // namespace

AuditLog read_audit_log(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  AuditLog log;
  for (std::string line; std::getline(file, line);) {
    const auto event = json::parse(line);
    if (!event || !event->contains("verb")) throw std::runtime_error("not an audit event: " + line);
    // Such as /version, which every authenticated client may read.
    if (!event->contains("objectRef")) continue;
    ++log.requests;
    const std::string resource = resource_of(event->at("objectRef"));
    const std::string verb = json::string_at(*event, "/verb");
    const std::int64_t code = json::integer_at(*event, "/responseStatus/code");
    if (code == forbidden) {
      log.refused[resource].insert(verb);
      continue;
    }
    log.used[resource].insert(verb);
    // An apply that makes the object is a patch that must be allowed to create as well.
    if (verb == "patch" && code == created) log.used[resource].insert("create");
  }
  return log;
}

}  // namespace used_rights
