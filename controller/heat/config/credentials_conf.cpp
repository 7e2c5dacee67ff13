#include "heat/config/credentials_conf.h"

#include "heat/config/ini.h"

namespace heat {
namespace {

void user(IniWriter& ini, std::string_view section, const KeystoneLogin& login, bool project) {
  ini.section(section);
  ini.set("username", login.username);
  ini.set("password", login.password);
  ini.set("user_domain_name", login.user_domain);
  if (!project) return;
  ini.set("project_name", login.project);
  ini.set("project_domain_name", login.project_domain);
}

void keystone(IniWriter& ini, const KeystoneLogin& login) {
  user(ini, "keystone_authtoken", login, true);
  // Without a project: a trust brings the one of its trustor.
  user(ini, "trustee", login, false);
  // Releases before 24.1 do not read these and ask Keystone without a token.
  user(ini, "ec2authtoken", login, true);
}

IniWriter begin() {
  IniWriter ini;
  ini.comment("Made by heat-operator. Holds passwords.");
  ini.section("DEFAULT");
  return ini;
}

}  // namespace

std::string credentials_conf(const Credentials& credentials) {
  IniWriter ini = begin();
  ini.set("transport_url", transport_url(credentials.broker));
  ini.set("auth_encryption_key", credentials.encryption_key);
  if (credentials.keystone) {
    ini.set("stack_domain_admin", credentials.keystone->stack_domain_admin);
    ini.set("stack_domain_admin_password", credentials.keystone->stack_domain_admin_password);
  }
  ini.section("database");
  ini.set("connection", credentials.database.connection);
  if (credentials.keystone) keystone(ini, *credentials.keystone);
  return ini.text();
}

std::string api_credentials_conf(const Credentials& credentials) {
  IniWriter ini = begin();
  ini.set("transport_url", transport_url(credentials.broker));
  if (credentials.keystone) keystone(ini, *credentials.keystone);
  return ini.text();
}

}  // namespace heat
