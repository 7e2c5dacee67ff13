# Made by heat-operator: checks of EC2 signatures go to Keystone with a token.
import requests
from heat.api.aws import ec2token
from keystoneauth1 import loading
from keystoneauth1 import session
from oslo_config import cfg

GROUP = "ec2authtoken"


class WithToken:
    """What Heat's filter takes for the module requests."""

    def __init__(self):
        loading.register_auth_conf_options(cfg.CONF, GROUP)
        self.auth = loading.load_auth_from_conf_options(cfg.CONF, GROUP)

    def post(self, url, headers=None, **options):
        keystone = session.Session(verify=options.get("verify", True), cert=options.get("cert"))

        def ask():
            token = self.auth.get_token(keystone)
            return requests.post(url, headers=dict(headers or {}, **{"X-Auth-Token": token}), **options)

        answer = ask()
        if answer.status_code == 401 and "requires authentication" in answer.text:
            self.auth.invalidate()  # the token was revoked before its time
            answer = ask()
        return answer


def filter_factory(global_conf, **local_conf):
    # Releases that log in by themselves load the options of keystoneauth in that module.
    if not hasattr(ec2token, "ks_loading"):
        ec2token.requests = WithToken()
    return ec2token.EC2Token_filter_factory(global_conf, **local_conf)
