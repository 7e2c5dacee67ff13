#include "heat/config/credentials.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "heat/config/given_secret.h"
#include "heat/config/url.h"
#include "heat/shape.h"

namespace heat {
namespace {

constexpr long mysql_port = 3306;
constexpr std::size_t longest_database_name = 64;  // MySQL's and MariaDB's bound

bool is_database_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_database_name && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// What TLS is made of by connection parameters that only this driver knows.
constexpr std::string_view tls_driver = "mysql+pymysql";

std::optional<std::string> unfit_for_tls(std::string_view scheme, std::string_view url) {
  if (scheme != tls_driver) {
    return "connection must begin with mysql+pymysql:// for spec.database.tls: write it so, or leave tls out";
  }
  const std::size_t query = url.find('?');
  if (query == std::string_view::npos) return std::nullopt;
  const std::string_view parameters = url.substr(query);
  if (parameters.find("?ssl") == std::string_view::npos && parameters.find("&ssl") == std::string_view::npos) {
    return std::nullopt;
  }
  return "connection sets a parameter that begins with ssl, which spec.database.tls does: leave it out of connection";
}

// scheme://[user[:password]@]host[:port]/database[?query], cut as SQLAlchemy does it: a password ends at the first '@'.
base::Result<DatabaseAccess, Problem> from_connection(const GivenSecret& secret, bool tls) {
  const auto connection = secret.need("connection");
  if (!connection) return tl::unexpected(connection.error());
  constexpr auto form = "write it as mysql+pymysql://USER:PASSWORD@HOST:3306/DATABASE?charset=utf8mb4";
  const std::string_view url = *connection;
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0 || url.find(' ') != std::string_view::npos) {
    return secret.problem(std::string("the value of connection is no SQLAlchemy URL: ") + form);
  }
  const std::string_view scheme = url.substr(0, scheme_end);
  if (scheme.starts_with("sqlite")) {
    return secret.problem(std::string("connection names SQLite, which engines in several pods cannot share: ") + form);
  }
  if (const auto unfit = tls ? unfit_for_tls(scheme, url) : std::nullopt) return secret.problem(*unfit);
  std::string_view rest = url.substr(scheme_end + 3);
  const std::size_t at = rest.find('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  const std::string_view place = rest.substr(0, rest.find('?'));
  const std::size_t slash = place.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == place.size()) {
    return secret.problem(std::string("connection names no host or no database: ") + form);
  }
  return DatabaseAccess{*connection, std::string(scheme) + "://" + std::string(place)};
}

base::Result<DatabaseAccess, Problem> from_parts(const GivenSecret& secret) {
  const auto host = secret.need("host");
  if (!host) return tl::unexpected(host.error());
  const auto username = secret.need("username");
  if (!username) return tl::unexpected(username.error());
  const auto password = secret.need("password");
  if (!password) return tl::unexpected(password.error());
  const auto database = secret.need("database");
  if (!database) return tl::unexpected(database.error());
  if (!matches(Shape::host, *host)) {
    return secret.problem("the value of host will not do: write " + std::string(description(Shape::host)));
  }
  if (!is_database_name(*database)) {
    return secret.problem("the value of database will not do: write up to 64 letters, digits, '_' and '-'");
  }
  long port = mysql_port;
  if (const auto written = secret.find("port")) {
    const auto [end, error] = std::from_chars(written->data(), written->data() + written->size(), port);
    if (error != std::errc{} || end != written->data() + written->size() || port < 1 || port > 65535) {
      return secret.problem("the value of port will not do: write a number from 1 to 65535, or leave it out for 3306");
    }
  }
  const std::string place = host_and_port(*host, port) + "/" + *database;
  return DatabaseAccess{"mysql+pymysql://" + percent_encode(*username) + ":" + percent_encode(*password) + "@" + place +
                            "?charset=utf8mb4",
                        "mysql+pymysql://" + place};
}

}  // namespace

base::Result<DatabaseAccess, Problem> database_access(const Spec& spec, const SecretData& secret) {
  const GivenSecret source{secret, "spec.database.secretName", spec.database.secret_name};
  if (source.find("connection")) return from_connection(source, !spec.database.ca_secret.empty());
  if (!source.find("host")) {
    return source.problem("set the key connection, or the keys host, username, password and database");
  }
  return from_parts(source);
}

base::Result<KeystoneLogin, Problem> keystone_login(const Spec& spec, const SecretData& secret) {
  const GivenSecret source{secret, "spec.identity.keystone.secretName", spec.keystone()->secret_name};
  KeystoneLogin login;
  struct Entry {
    const char* key;
    std::string KeystoneLogin::*value;
    const char* fallback;
  };
  for (const Entry& entry :
       {Entry{"username", &KeystoneLogin::username, nullptr}, Entry{"password", &KeystoneLogin::password, nullptr},
        Entry{"projectName", &KeystoneLogin::project, "service"},
        Entry{"userDomainName", &KeystoneLogin::user_domain, "Default"},
        Entry{"projectDomainName", &KeystoneLogin::project_domain, "Default"},
        Entry{"stackDomainAdmin", &KeystoneLogin::stack_domain_admin, nullptr},
        Entry{"stackDomainAdminPassword", &KeystoneLogin::stack_domain_admin_password, nullptr}}) {
    auto value = entry.fallback == nullptr ? source.need(entry.key) : source.get(entry.key, entry.fallback);
    if (!value) return tl::unexpected(value.error());
    login.*entry.value = std::move(*value);
  }
  return login;
}

}  // namespace heat
