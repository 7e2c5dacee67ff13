#include "heat/config/override_check.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>

namespace heat {
namespace {

std::string_view strip(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// Options that would undo what the operator renders from the spec or from Secrets.
struct Owned {
  std::string_view section;
  std::string_view option;
  const char* mend;
  bool (*is_set)(const Spec&) = nullptr;  // null: always the operator's
};

bool database_tls(const Spec& spec) { return !spec.database.ca_secret.empty(); }
bool broker_tls(const Spec& spec) {
  return spec.broker.external() != nullptr && !spec.broker.external()->ca_secret.empty();
}

constexpr std::array owned{
    Owned{"DEFAULT", "transport_url", "set spec.broker instead"},
    Owned{"DEFAULT", "auth_encryption_key", "set spec.encryptionKey.secretName instead"},
    Owned{"DEFAULT", "num_engine_workers", "set spec.engine.workers instead"},
    Owned{"DEFAULT", "graceful_shutdown_timeout", "set spec.engine.drainTimeout instead"},
    Owned{"DEFAULT", "stack_domain_admin_password", "put it into the Secret of spec.identity.keystone.secretName"},
    Owned{"database", "connection", "set spec.database.secretName instead"},
    Owned{"database", "connection_parameters", "remove it, or spec.database.tls", database_tls},
    Owned{"oslo_messaging_rabbit", "ssl", "remove it, or spec.broker.external.tls", broker_tls},
    Owned{"oslo_messaging_rabbit", "ssl_ca_file", "set spec.broker.external.tls.caSecret instead", broker_tls},
    Owned{"keystone_authtoken", "password", "put it into the Secret of spec.identity.keystone.secretName"},
    Owned{"trustee", "password", "put it into the Secret of spec.identity.keystone.secretName"},
};

// Judges one line after another; a text is what is wrong with the line.
using LineCheck = std::function<std::optional<std::string>(std::string_view line)>;

// As oslo.config's iniparser.py reads lines.
class HeatLines {
 public:
  explicit HeatLines(const Spec& spec) : spec_(&spec) {}

  std::optional<std::string> operator()(std::string_view line) {
    if (strip(line).empty()) {
      in_value_ = false;
      return std::nullopt;
    }
    if (line.front() == ' ' || line.front() == '\t') {
      if (!in_value_) return "begins with a blank, but continues no value: write it from the first column";
      return std::nullopt;
    }
    in_value_ = false;
    if (line.front() == '#' || line.front() == ';') return std::nullopt;
    if (line.front() == '[') return section(strip(line));
    return assignment(line);
  }

 private:
  std::optional<std::string> section(std::string_view line) {
    if (line.size() <= 2 || line.back() != ']') return "is no section: write [NAME]";
    section_ = std::string(line.substr(1, line.size() - 2));
    return std::nullopt;
  }

  std::optional<std::string> assignment(std::string_view line) {
    const std::size_t separator = line.find_first_of("=:");
    const std::string_view option = strip(line.substr(0, std::min(separator, line.size())));
    if (separator == std::string_view::npos || option.empty()) return "is no option: write NAME = VALUE";
    if (section_.empty()) return "stands before any section: write [DEFAULT] or another above it";
    for (const Owned& each : owned) {
      if (each.section == section_ && each.option == option && (each.is_set == nullptr || each.is_set(*spec_))) {
        return "sets " + std::string(option) + ", which is the operator's: " + each.mend;
      }
    }
    in_value_ = true;
    return std::nullopt;
  }

  const Spec* spec_;
  std::string section_;
  bool in_value_ = false;
};

std::optional<std::string> rabbitmq_line(std::string_view line) {
  const std::string_view text = strip(line);
  if (text.empty() || text.front() == '#') return std::nullopt;
  const std::size_t separator = text.find('=');
  if (separator == std::string_view::npos || strip(text.substr(0, separator)).empty() ||
      strip(text.substr(separator + 1)).empty()) {
    return "is no setting: write key = value";
  }
  return std::nullopt;
}

bool has_control_characters(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

// The first line that is wrong: those after it are often wrong for the same reason.
void check(const char* field, std::string_view text, const LineCheck& check_line, std::vector<Problem>& problems) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto wrong = has_control_characters(line) ? std::optional<std::string>("holds control characters: remove them")
                                              : check_line(line);
    if (!wrong) continue;
    problems.push_back({"spec.config." + std::string(field), "line " + std::to_string(number) + " " + *wrong});
    return;
  }
}

}  // namespace

std::vector<Problem> check_overrides(const Spec& spec) {
  std::vector<Problem> problems;
  check("heat", spec.config.heat, HeatLines(spec), problems);
  check(
      "haproxy", spec.config.haproxy, [](std::string_view) { return std::nullopt; }, problems);
  check("rabbitmq", spec.config.rabbitmq, rabbitmq_line, problems);
  if (!spec.config.rabbitmq.empty() && spec.broker.managed() == nullptr) {
    problems.push_back(
        {"spec.config.rabbitmq", "is for a broker of this HeatCluster's own: remove it, or set spec.broker.managed"});
  }
  return problems;
}

}  // namespace heat
