#include "devstack.h"

#include <stdexcept>

#include "http_client.h"
#include "manifests.h"
#include "wait_until.h"

namespace e2e {
namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

// devstack asks for one password of each kind; most people give it the same for all.
constexpr const char* password = "not-a-real-password";
constexpr integration::Duration start_patience{120'000};

std::string own(const std::string& file) { return source("tests/e2e/devstack/" + file); }

std::string with(std::string text, const std::string& word, const std::string& value) {
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += value.size()) {
    text.replace(at, word.size(), value);
  }
  return text;
}

void require(const AssertionResult& result) {
  if (!result) throw std::runtime_error(result.message());
}

OutsideProgram mariadb() {
  return {.image = image("MARIADB"),
          .command = {"sh", "-c",
                      "mariadb-install-db --datadir=/var/lib/mysql --skip-test-db "
                      "--auth-root-authentication-method=socket --auth-root-socket-user=mysql >&2 && "
                      "exec mariadbd --socket=/tmp/mysqld.sock --pid-file=/tmp/mysqld.pid --max-connections=1024 "
                      "--init-file=/devstack.sql"},
          .environment = {},
          .files = {{"/devstack.sql", own("database.sql")}},
          .directories = {}};
}

// A name that resolves wherever it runs.
OutsideProgram rabbitmq() {
  return {.image = image("RABBITMQ"),
          .command = {"rabbitmq-server"},
          .environment = {{"RABBITMQ_NODENAME", "rabbit@localhost"},
                          {"RABBITMQ_CONFIG_FILE", "/devstack.conf"},
                          {"RABBITMQ_MNESIA_BASE", "/tmp/mnesia"},
                          {"RABBITMQ_LOG_BASE", "/tmp/log"},
                          {"HOME", "/tmp"}},
          .files = {{"/devstack.conf", own("rabbitmq.conf")}},
          .directories = {}};
}

OutsideProgram front_proxy() {
  return {.image = image("HAPROXY"),
          .command = {"haproxy", "-W", "-db", "-f", "/devstack.cfg"},
          .environment = {},
          .files = {{"/devstack.cfg", own("front.cfg")}},
          .directories = {}};
}

// Starts like the one in a pod, on devstack's database.
OutsideProgram keystone_at(const std::string& url) {
  json::Value files;
  for (const json::Value& object : keystone()) {
    if (object.at("kind") == "ConfigMap") files = object.at("data");
  }
  return {.image = image("KEYSTONE"),
          .command = {"bash", "/start.sh"},
          .environment = {{"HOME", "/tmp"},
                          {"URL", url},
                          {"ADMIN_PASSWORD", password},
                          {"OS_DATABASE__CONNECTION",
                           std::string("mysql+pymysql://root:") + password + "@127.0.0.1/keystone?charset=utf8"}},
          .files = {{"/etc/keystone/keystone.conf", files.at("keystone.conf").get<std::string>()},
                    {"/start.sh", files.at("start.sh").get<std::string>()}},
          .directories = {"/keys"}};
}

}  // namespace

Devstack::Devstack(std::string address) : address_(std::move(address)) {
  start("devstack-mariadb", mariadb());
  start("devstack-rabbitmq", rabbitmq());
  start("devstack-front", front_proxy());
  start("devstack-keystone", keystone_at(front() + "/identity"));
}

void Devstack::bring_up() {
  await_log("devstack-mariadb", "ready for connections");
  await_log("devstack-rabbitmq", "Server startup complete");
  await_answer("/identity/v3");

  OutsideProgram accounts = as_admin({"python3", "/accounts.py"});
  accounts.files["/accounts.py"] = own("accounts.py");
  accounts.environment["SERVICE_PASSWORD"] = password;
  accounts.environment["HEAT_URL"] = front() + "/heat-api";
  accounts.environment["HEAT_CFN_URL"] = front() + "/heat-api-cfn";
  std::string domain = succeed_outside("devstack-accounts", accounts);
  while (domain.ends_with('\n')) domain.pop_back();
  heat_conf_ = with(with(own("heat.conf"), "ADDRESS", address_), "DOMAIN", domain);

  succeed_outside("devstack-db-sync", heat({"heat-manage", "db_sync"}));
  start("devstack-engine", heat({"heat-engine"}));
  const bool is_old = heat_cluster().at("spec").at("release") == "zed";
  const std::string module = is_old ? "heat.httpd.heat_api:init_application()" : "heat.wsgi.api:application";
  start("devstack-api", heat({"uwsgi",    "--plugins",     "python3",    "--http-socket",    "127.0.0.1:8004",
                              "--module", module,          "--master",   "--lazy-apps",      "--processes",
                              "1",        "--threads",     "4",          "--enable-threads", "--buffer-size",
                              "65535",    "--die-on-term", "--need-app", "--add-header",     "Connection: close"}));
  await_answer("/heat-api/healthcheck");
}

std::string Devstack::openstack(const std::vector<std::string>& arguments) const {
  std::vector<std::string> words{"openstack"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return succeed_outside("devstack-call-" + std::to_string(++calls_), as_admin(std::move(words)));
}

void Devstack::create_stack(const std::string& name, const json::Value& template_body, Then then) const {
  std::vector<std::string> words{"openstack", "stack", "create", "--template", "/template.json"};
  if (then == Then::wait) words.insert(words.end(), {"--wait", "--poll", "1"});
  words.push_back(name);
  OutsideProgram program = as_admin(std::move(words));
  program.files["/template.json"] = template_body.dump();
  succeed_outside("devstack-call-" + std::to_string(++calls_), program);
}

std::string Devstack::status_of(const std::string& stack) const {
  std::string status = openstack({"stack", "show", "--format", "value", "--column", "stack_status", stack});
  while (status.ends_with('\n')) status.pop_back();
  return status;
}

std::string Devstack::setting(const std::string& option) const {
  const std::string begin = "\n" + option + " = ";
  const std::size_t at = heat_conf_.find(begin) + begin.size();
  return heat_conf_.substr(at, heat_conf_.find('\n', at) - at);
}

std::string Devstack::engine_log() const { return process("devstack-engine").log(); }

std::string Devstack::tell() const {
  constexpr std::size_t end = 2000;
  std::string text;
  for (const auto& one : processes_) {
    const std::string log = one->log();
    text += "== " + one->name() + "\n" + log.substr(log.size() > end ? log.size() - end : 0) + "\n";
  }
  return text;
}

void Devstack::start(const std::string& name, const OutsideProgram& program) {
  processes_.push_back(std::make_unique<OutsideProcess>(name, program));
}

void Devstack::await_log(const std::string& name, const std::string& text) {
  OutsideProcess& one = process(name);
  require(integration::wait_until(
      [&]() -> AssertionResult {
        if (one.has_ended()) throw std::runtime_error(name + " has ended:\n" + one.log());
        if (one.log().find(text) != std::string::npos) return AssertionSuccess();
        return AssertionFailure() << name << " does not say \"" << text << "\":\n" << one.log();
      },
      start_patience));
}

void Devstack::await_answer(const std::string& path) {
  integration::HttpClient http(integration::HttpClient::Connections::fresh);
  require(integration::wait_until(
      [&]() -> AssertionResult {
        const integration::Answer answer = http.get(front() + path);
        if (answer.ok()) return AssertionSuccess();
        return AssertionFailure() << path << ": " << answer.text();
      },
      start_patience));
}

OutsideProcess& Devstack::process(const std::string& name) const {
  for (const auto& one : processes_) {
    if (one->name() == name) return *one;
  }
  throw std::runtime_error(name + " was not started");
}

OutsideProgram Devstack::heat(std::vector<std::string> command) const {
  return {.image = image("HEAT"),
          .command = std::move(command),
          .environment = {{"HOME", "/tmp"}},
          .files = {{"/etc/heat/heat.conf", heat_conf_}},
          .directories = {}};
}

OutsideProgram Devstack::as_admin(std::vector<std::string> command) const {
  return {.image = image("HEAT"),
          .command = std::move(command),
          .environment = {{"HOME", "/tmp"},
                          {"OS_AUTH_TYPE", "password"},
                          {"OS_AUTH_URL", front() + "/identity"},
                          {"OS_USERNAME", "admin"},
                          {"OS_PASSWORD", password},
                          {"OS_PROJECT_NAME", "admin"},
                          {"OS_USER_DOMAIN_ID", "default"},
                          {"OS_PROJECT_DOMAIN_ID", "default"}},
          .files = {},
          .directories = {}};
}

}  // namespace e2e
