#include "heat/config/haproxy_cfg.h"

#include <algorithm>

#include "heat/component.h"
#include "heat/config/endpoints.h"
#include "heat/config/ini.h"
#include "heat/config/sums.h"
#include "heat/names.h"

namespace heat {
namespace {

constexpr long reserved_connections = 100;  // above the clients': probes, metrics, a statistics page

class Lines {
 public:
  void section(const std::string& name) { text_ += (text_.empty() ? "" : "\n") + name + "\n"; }
  void add(const std::string& line) { text_ += "    " + line + "\n"; }
  const std::string& text() const { return text_; }

 private:
  std::string text_ = "# Made by heat-operator.\n";
};

std::string seconds(std::chrono::seconds duration) { return std::to_string(duration.count()) + "s"; }

std::string port(Component component) { return std::to_string(traits(component).port); }

// What stands between the host and "/v1" of a public URL; empty for most.
std::string path_before_version(const std::string& url) {
  const std::size_t host = url.find("://");
  if (host == std::string::npos) return {};
  const std::size_t path = url.find('/', host + 3);
  const std::size_t version = url.rfind("/v1");
  return path == std::string::npos || version <= path ? std::string() : url.substr(path, version - path);
}

// What the client called, as Heat is to write it into links. Never what the client says of it.
void forwarded_headers(Lines& lines, const Spec& spec, Component component, const std::string& public_url) {
  const std::string condition = " if { dst_port " + port(component) + " }";
  const std::string scheme = public_url.empty() ? proxy_scheme(spec) : public_url.substr(0, public_url.find(':'));
  lines.add("http-request set-header X-Forwarded-Proto " + scheme + condition);
  const std::string prefix = path_before_version(public_url);
  if (!prefix.empty()) lines.add("http-request set-header X-Forwarded-Prefix " + prefix + condition);
}

void global(Lines& lines, const Spec& spec) {
  lines.section("global");
  lines.add("log stdout format raw local0 notice");
  lines.add("maxconn " + std::to_string(spec.proxy.max_connections + reserved_connections));
  lines.add("hard-stop-after " + seconds(proxy_hard_stop(spec)));
  // Clients that keep a connection are asked, spread over this time, to make a new one elsewhere.
  lines.add("close-spread-time 10s");
  if (spec.proxy.tls_secret.empty()) return;
  // Defaults, so that another global section of spec.config.haproxy can say otherwise. Each pod would have ticket keys
  // of its own: tickets help a client that comes back to the same one, and cost forward secrecy.
  lines.add("ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets");
  lines.add("ssl-default-bind-ciphers ECDHE+AESGCM:ECDHE+CHACHA20");
}

void resolvers(Lines& lines) {
  lines.section("resolvers cluster");
  lines.add("parse-resolv-conf");
  lines.add("accepted_payload_size 8192");
  lines.add("timeout resolve 1s");
  lines.add("timeout retry 1s");
  lines.add("hold valid 1s");
  // One answer that misses a pod is no reason to drop it: the default of 0s would.
  lines.add("hold obsolete 10s");
  lines.add("hold nx 10s");
  for (const char* failure : {"timeout", "refused", "other"}) lines.add("hold " + std::string(failure) + " 30s");
}

void defaults(Lines& lines, const Spec& spec) {
  lines.section("defaults");
  lines.add("mode http");
  lines.add("log global");
  lines.add("option dontlognull");
  lines.add("option forwardfor");
  // A proxy that ends answers the last request on an idle connection before it closes it.
  lines.add("option idle-close-on-response");
  lines.add("option redispatch 1");
  lines.add("retries 3");
  lines.add("retry-on conn-failure empty-response 503");
  lines.add("timeout connect " + seconds(spec.proxy.connect_timeout));
  lines.add("timeout client " + seconds(spec.proxy.client_timeout));
  lines.add("timeout server " + seconds(spec.proxy.server_timeout));
  lines.add("timeout queue " + seconds(spec.proxy.server_timeout));
  lines.add("timeout http-keep-alive 30s");
  lines.add("timeout http-request 30s");
  // A pod whose threads are all busy answers its health check when one of them is free again, as it does any call: that
  // is late, but not dead. Taking it out would push its calls onto the others, and the last one out is an outage. What
  // is dead refuses the connection, or does not accept it within the interval.
  lines.add("timeout check " + seconds(spec.proxy.server_timeout));
  lines.add("default-server check inter 1s fastinter 500ms fall 2 rise 1 resolvers cluster init-addr none");
}

void clients(Lines& lines, const Spec& spec) {
  lines.section("frontend clients");
  // The key is beside the certificate, by the name that HAProxy looks for: tls.crt.key.
  const std::string tls = spec.proxy.tls_secret.empty() ? std::string()
                                                        : " ssl crt " + std::string(config_directory) + "/" +
                                                              std::string(tls_certificate_file) + " alpn h2,http/1.1";
  lines.add("bind :" + port(Component::api) + tls);
  lines.add("bind :" + port(Component::cfn) + tls);
  lines.add("maxconn " + std::to_string(spec.proxy.max_connections));
  // A call that was sent may have been done: only reading is safe to send again.
  lines.add("http-request disable-l7-retry if !METH_GET");
  for (const char* header : {"Forwarded", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Port"}) {
    lines.add("http-request del-header " + std::string(header));
  }
  forwarded_headers(lines, spec, Component::api, spec.proxy.public_orchestration_url);
  forwarded_headers(lines, spec, Component::cfn, spec.proxy.public_cloudformation_url);
  lines.add("use_backend cfn if { dst_port " + port(Component::cfn) + " }");
  lines.add("default_backend api");
}

void metrics(Lines& lines, const Spec& spec) {
  lines.section("frontend metrics");
  lines.add("bind :" + std::to_string(proxy_metrics_port));
  lines.add("monitor-uri /ready");
  // Ready is a proxy that sees a live API, not one that listens.
  const char* judged = spec.api.replicas > 0 ? "api" : "cfn";
  lines.add("monitor fail if { nbsrv(" + std::string(judged) + ") lt 1 } or { stopping }");
  lines.add("http-request use-service prometheus-exporter if { path /metrics }");
  lines.add("stats enable");
  lines.add("stats uri /stats");
  lines.add("no log");
}

void backend(Lines& lines, const Spec& spec, Component component) {
  const Api& api = component == Component::cfn ? spec.cfn : spec.api;
  const std::string name(traits(component).name);
  lines.section("backend " + name);
  lines.add("balance " + spec.proxy.balance);
  // Pods come and go: only their share of the clients moves.
  if (spec.proxy.balance == "source") lines.add("hash-type consistent");
  lines.add("option httpchk");
  lines.add("http-check send meth GET uri /healthcheck");
  lines.add("http-check expect status 200");
  // What a pod cannot work on waits here, where any pod that gets free can take it.
  lines.add("server-template " + name + " " + std::to_string(proxy_slots(api)) + " \"_http._tcp." +
            workload_name(spec.name, component) + ".${" + std::string(service_domain_variable) + "}\" maxconn " +
            std::to_string(calls_from_one_proxy(api, spec.proxy.replicas)));
}

}  // namespace

std::chrono::seconds proxy_hard_stop(const Spec& spec) {
  return std::max(spec.proxy.server_timeout, spec.proxy.client_timeout) + std::chrono::seconds(10);
}

std::string haproxy_cfg(const Spec& spec) {
  Lines lines;
  global(lines, spec);
  resolvers(lines);
  defaults(lines, spec);
  clients(lines, spec);
  metrics(lines, spec);
  backend(lines, spec, Component::api);
  backend(lines, spec, Component::cfn);
  std::string text = lines.text();
  if (!spec.config.haproxy.empty()) text += "\n# spec.config.haproxy\n" + spec.config.haproxy + "\n";
  return text;
}

}  // namespace heat
