#include "fake_api/request.h"

#include <algorithm>

namespace fake_api {
namespace {

int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

std::string decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::map<std::string, std::string> parse_query(std::string_view text) {
  std::map<std::string, std::string> query;
  for (const std::string& pair : split(text, '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string value = equals < pair.size() ? pair.substr(equals + 1) : "";
    query[decode_percent(pair.substr(0, equals))] = decode_percent(value);
  }
  return query;
}

// /api/v1/… and /apis/<group>/<version>/…, then [namespaces/<namespace>/]<plural>[/<name>[/<subresource>]].
void locate(Request& request) {
  std::vector<std::string> parts = split(request.path, '/');
  std::ranges::transform(parts, parts.begin(), decode_percent);
  std::string group;
  std::size_t at = 0;
  if (parts.size() >= 3 && parts[0] == "api") {
    at = 1;
  } else if (parts.size() >= 4 && parts[0] == "apis") {
    group = parts[1];
    at = 2;
  } else {
    return;
  }
  const std::string version = parts[at++];
  const bool namespace_itself = parts[at] == "namespaces" && parts.size() - at <= 2;
  if (parts[at] == "namespaces" && !namespace_itself) {
    request.namespace_name = parts[at + 1];
    at += 2;
  }
  request.resource = find_resource(group, version, parts[at++]);
  if (at < parts.size()) request.name = parts[at++];
  if (at < parts.size()) request.subresource = parts[at];
}

Verb verb_of(std::string_view method, const Request& request) {
  if (request.resource == nullptr) return Verb::other;
  if (method == "GET" && !request.name.empty()) return Verb::get;
  if (method == "GET") {
    const std::string watch = request.parameter("watch");
    return watch == "1" || watch == "true" ? Verb::watch : Verb::list;
  }
  if (method == "POST") return Verb::create;
  if (method == "PUT") return Verb::update;
  if (method == "DELETE") return Verb::remove;
  if (method != "PATCH") return Verb::other;
  return request.content_type.starts_with("application/apply-patch+") ? Verb::apply : Verb::patch;
}

}  // namespace

std::string_view to_string(Verb verb) {
  switch (verb) {
    case Verb::get:
      return "get";
    case Verb::list:
      return "list";
    case Verb::watch:
      return "watch";
    case Verb::create:
      return "create";
    case Verb::update:
      return "update";
    case Verb::patch:
      return "patch";
    case Verb::apply:
      return "apply";
    case Verb::remove:
      return "delete";
    case Verb::other:
      return "other";
  }
  return "other";
}

bool is_write(Verb verb) {
  return verb == Verb::create || verb == Verb::update || verb == Verb::patch || verb == Verb::apply ||
         verb == Verb::remove;
}

std::string Request::parameter(const std::string& parameter_name) const {
  const auto found = query.find(parameter_name);
  return found == query.end() ? "" : found->second;
}

std::string Request::field_manager() const {
  const std::string given = parameter("fieldManager");
  if (!given.empty()) return given;
  return user_agent.substr(0, std::min(user_agent.find('/'), user_agent.size()));
}

Request parse_request(std::string_view method, std::string_view target, std::string content_type, std::string body) {
  Request request;
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = std::string(target.substr(0, question));
  if (question < target.size()) request.query = parse_query(target.substr(question + 1));
  request.content_type = std::move(content_type);
  request.body = std::move(body);
  locate(request);
  request.verb = verb_of(method, request);
  return request;
}

json::Value Response::parsed() const { return json::parse(body).value_or(json::Value()); }

Response answer(int status, const json::Value& body) {
  return {status, {{"Content-Type", "application/json"}}, body.dump()};
}

json::Value status_object(int status, std::string_view reason, const std::string& message) {
  return {{"kind", "Status"},    {"apiVersion", "v1"}, {"metadata", json::Value::object()},
          {"status", "Failure"}, {"message", message}, {"reason", reason},
          {"code", status}};
}

Response refusal(int status, std::string_view reason, const std::string& message,
                 std::optional<int> retry_after_seconds, json::Value causes) {
  json::Value body = status_object(status, reason, message);
  if (!causes.is_null()) body["details"]["causes"] = std::move(causes);
  if (retry_after_seconds) body["details"]["retryAfterSeconds"] = *retry_after_seconds;
  Response response = answer(status, body);
  if (retry_after_seconds) response.headers.emplace_back("Retry-After", std::to_string(*retry_after_seconds));
  return response;
}

}  // namespace fake_api
