#include "heat/config/keystone_bootstrap.h"

#include "heat/config/endpoints.h"
#include "heat/config/given_secret.h"
#include "json/json.h"

namespace heat {
namespace {

// As an openrc names them; what has a fallback may be left out.
struct Entry {
  const char* key;
  const char* fallback;
};
constexpr Entry admin_entries[] = {{"username", nullptr},
                                   {"password", nullptr},
                                   {"projectName", nullptr},
                                   {"userDomainName", "Default"},
                                   {"projectDomainName", "Default"}};

struct Service {
  Component component;
  const char* type;
  const char* name;
  const char* description;
  const char* suffix;  // of its URLs: Keystone puts the caller's project there
};
constexpr Service services[] = {
    {Component::api, "orchestration", "heat", "Orchestration", "/%(project_id)s"},
    {Component::cfn, "cloudformation", "heat-cfn", "Orchestration in CloudFormation's form", ""},
};

// Only what can be called: an engines-only HeatCluster belongs to APIs that run elsewhere and are in the catalogue.
json::Value catalogue(const Spec& spec) {
  json::Value result = json::Value::array();
  for (const Service& service : services) {
    json::Value urls = json::Value::object();
    const auto add = [&](const char* interface, const std::string& url) {
      if (!url.empty()) urls[interface] = url + service.suffix;
    };
    add("public", public_url(spec, service.component));
    add("internal", internal_url(spec, service.component));
    if (urls.empty()) continue;
    result.push_back(json::object({{"type", service.type},
                                   {"name", service.name},
                                   {"description", service.description},
                                   {"urls", std::move(urls)}}));
  }
  return result;
}

constexpr std::string_view script = R"python(# Made by heat-operator.
import http.client, json, os, sys, time, urllib.error, urllib.parse, urllib.request

settings = json.loads(sys.argv[1])
root = settings["authURL"].rstrip("/")
if not root.endswith("/v3"):
    root += "/v3"
requests, changes, token = 0, 0, None
patience = time.monotonic() + 100  # seconds for a Keystone that is still coming up


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


# Every request may be sent again: what is made twice answers 409, which ensure() takes for made.
def send(request):
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            if error.code < 500 or time.monotonic() > patience:
                raise
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() > patience:
                sys.exit("%s does not answer: %s" % (root, getattr(error, "reason", error)))
        time.sleep(2)


def call(method, path, body=None, authenticated=True):
    global requests
    requests += 1
    request = urllib.request.Request(root + path, method=method)
    request.add_header("Accept", "application/json")
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    if authenticated:
        request.add_header("X-Auth-Token", token)
    try:
        text, headers = send(request)
        return (json.loads(text) if text else None), headers
    except urllib.error.HTTPError as error:
        try:
            said = json.loads(error.read())["error"]["message"]
        except Exception:
            said = error.reason
        raise Refused(error.code, "%s %s: %s %s" % (method, path.partition("?")[0], error.code, said))


def changed(what):
    global changes
    changes += 1
    print(what)


def read(directory, entries):
    found = dict(entries)
    for key in os.listdir(directory):
        if not key.startswith("."):
            with open(os.path.join(directory, key), encoding="utf-8") as file:
                found[key] = file.read().rstrip("\r\n")
    return found


def log_in(user, password, domain, project=None, project_domain=None):
    auth = {"identity": {"methods": ["password"], "password": {
        "user": {"name": user, "domain": {"name": domain}, "password": password}}}}
    if project:
        auth["scope"] = {"project": {"name": project, "domain": {"name": project_domain}}}
    else:
        auth["scope"] = "unscoped"
    return call("POST", "/auth/tokens", {"auth": auth}, authenticated=False)[1]["X-Subject-Token"]


def find(plural, **query):
    found = call("GET", "/%s?%s" % (plural, urllib.parse.urlencode(query)))[0][plural]
    return found[0] if found else None


def need(plural, name):
    found = find(plural, name=name)
    if found is None:
        sys.exit("Keystone has no %s %s: make it, or name another in the Secrets" % (plural[:-1], name))
    return found


def ensure(plural, name, fields, **query):
    found = find(plural, name=name, **query)
    if found is None:
        singular = plural[:-1]
        try:
            found = call("POST", "/" + plural, {singular: dict(fields, name=name)})[0][singular]
            changed("made %s %s" % (singular, name))
        except Refused as refused:
            if refused.status != 409:
                raise
            found = find(plural, name=name, **query)  # somebody was faster
    return found


def ensure_user(name, password, domain):
    user = find("users", name=name, domain_id=domain["id"])
    if user is None:
        return ensure("users", name, {"domain_id": domain["id"], "password": password, "enabled": True},
                      domain_id=domain["id"])
    # Setting a password ends all of its user's tokens: not where it is right already.
    try:
        log_in(name, password, domain["name"])
    except Refused as refused:
        if refused.status != 401:
            raise
        call("PATCH", "/users/" + user["id"], {"user": {"password": password, "enabled": True}})
        changed("set the password of user %s in domain %s" % (name, domain["name"]))
    return user


def grant(place, user, role):
    path = "/%s/users/%s/roles/%s" % (place, user["id"], role["id"])
    try:
        call("HEAD", path)
    except Refused as refused:
        if refused.status != 404:
            raise
        call("PUT", path)
        changed("granted role %s to user %s" % (role["name"], user["name"]))


def ensure_region(name):
    try:
        call("GET", "/regions/" + urllib.parse.quote(name, safe=""))
    except Refused as refused:
        if refused.status != 404:
            raise
        call("POST", "/regions", {"region": {"id": name}})
        changed("made region " + name)


def ensure_endpoints(service, urls):
    for interface, url in sorted(urls.items()):
        there = call("GET", "/endpoints?" + urllib.parse.urlencode(
            {"service_id": service["id"], "interface": interface, "region_id": settings["region"]}))[0]["endpoints"]
        if any(endpoint["url"] == url for endpoint in there):
            continue
        fields = {"service_id": service["id"], "interface": interface, "region_id": settings["region"], "url": url}
        if there:
            call("PATCH", "/endpoints/" + there[0]["id"], {"endpoint": {"url": url}})
        else:
            call("POST", "/endpoints", {"endpoint": dict(fields, enabled=True)})
        changed("%s endpoint of %s: %s" % (interface, service["type"], url))


def main():
    global token
    domains = {"userDomainName": "Default", "projectDomainName": "Default"}
    admin = read(settings["adminDirectory"], domains)
    heat = read(settings["heatDirectory"], dict(domains, projectName="service"))
    try:
        token = log_in(admin["username"], admin["password"], admin["userDomainName"], admin["projectName"],
                       admin["projectDomainName"])
    except Refused as refused:
        sys.exit("the admin cannot log in (Secret %s): %s" % (settings["adminSecret"], refused))

    service = ensure("roles", "service", {})
    ensure("roles", "heat_stack_user", {})
    project_domain = need("domains", heat["projectDomainName"])
    project = ensure("projects", heat["projectName"], {"domain_id": project_domain["id"]},
                     domain_id=project_domain["id"])
    user = ensure_user(heat["username"], heat["password"], need("domains", heat["userDomainName"]))
    grant("projects/" + project["id"], user, service)

    stacks = ensure("domains", settings["stackDomain"], {"description": "Users that stacks of Heat make"})
    keeper = ensure_user(heat["stackDomainAdmin"], heat["stackDomainAdminPassword"], stacks)
    grant("domains/" + stacks["id"], keeper, need("roles", "admin"))

    if settings["services"]:
        ensure_region(settings["region"])
    for entry in settings["services"]:
        found = ensure("services", entry["name"], {"type": entry["type"], "description": entry["description"]},
                       type=entry["type"])
        ensure_endpoints(found, entry["urls"])
    print("done: %d requests, %s" % (requests, "%d changes" % changes if changes else "nothing changed"))


try:
    main()
except Refused as refused:
    sys.exit("Keystone refuses: %s" % refused)
)python";

}  // namespace

std::string_view keystone_bootstrap_script() { return script; }

std::string keystone_bootstrap_settings(const Spec& spec) {
  const Keystone& keystone = *spec.keystone();
  return json::object({{"authURL", keystone.auth_url},
                       {"region", keystone.region},
                       {"stackDomain", keystone.stack_domain},
                       {"adminSecret", keystone.bootstrap_secret},
                       {"adminDirectory", keystone_admin_directory},
                       {"heatDirectory", keystone_heat_directory},
                       {"services", catalogue(spec)}})
      .dump();
}

base::Result<std::string, Problem> keystone_admin(const Spec& spec, const SecretData& secret) {
  const GivenSecret source{secret, "spec.identity.keystone.bootstrap.adminSecretName",
                           spec.keystone()->bootstrap_secret};
  std::string all;
  for (const Entry& entry : admin_entries) {
    const auto value = entry.fallback == nullptr ? source.need(entry.key) : source.get(entry.key, entry.fallback);
    if (!value) return tl::unexpected(value.error());
    all += std::string(entry.key) + "=" + *value + "\n";
  }
  return all;
}

}  // namespace heat
