# What devstack puts into Keystone for Heat. Environment: OS_AUTH_URL and the admin's login; SERVICE_PASSWORD; HEAT_URL and
# HEAT_CFN_URL, the endpoints. Prints the id of the domain of stacks' users, which devstack writes into heat.conf.
import os

import openstack

identity = openstack.connect().identity
password = os.environ["SERVICE_PASSWORD"]

roles = {role.name: role.id for role in identity.roles()}
for name in ("heat_stack_user", "service"):  # the latter Keystone itself makes, from 2023.1 on
    if name not in roles:
        roles[name] = identity.create_role(name=name).id

service = identity.create_project(name="service", domain_id="default")
heat = identity.create_user(name="heat", password=password, domain_id="default")
for role in ("service", "admin"):
    identity.assign_project_role_to_user(service.id, heat.id, roles[role])

for name, type, url in (("heat", "orchestration", os.environ["HEAT_URL"] + "/v1/%(project_id)s"),
                        ("heat-cfn", "cloudformation", os.environ["HEAT_CFN_URL"] + "/v1")):
    made = identity.create_service(name=name, type=type)
    for interface in ("public", "internal"):
        identity.create_endpoint(service_id=made.id, interface=interface, url=url, region_id="RegionOne")

domain = identity.create_domain(name="heat", description="Owns users and projects created by heat")
admin = identity.create_user(name="heat_domain_admin", password=password, domain_id=domain.id)
identity.assign_domain_role_to_user(domain.id, admin.id, roles["admin"])
print(domain.id)
