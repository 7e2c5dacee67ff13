#include "fake_api/http/certificate.h"

#include "certificates/authority.h"

namespace fake_api {

ServerCertificate make_server_certificate() {
  const certificates::Authority authority("fake-api-ca");
  const certificates::Identity server = authority.issue({"kube-apiserver", "DNS:localhost,IP:127.0.0.1"});
  return {authority.pem(), server.certificate, server.key};
}

}  // namespace fake_api
