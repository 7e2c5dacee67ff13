# In a pod, as a member of a project: one stack that waits for a signal by each of the four ways that Heat knows, which
# are then sent as a server of that stack would send them. Environment: OS_AUTH_URL, OS_USERNAME, OS_PASSWORD,
# OS_PROJECT_NAME. Prints one line a way, and the stack's status last.
import json, os, sys, time, urllib.error, urllib.request

TEMPLATE = {"heat_template_version": "2018-08-31", "resources": {}, "outputs": {}}
for way in ("TOKEN_SIGNAL", "HEAT_SIGNAL", "CFN_SIGNAL"):
    TEMPLATE["resources"]["handle_" + way] = {
        "type": "OS::Heat::WaitConditionHandle", "properties": {"signal_transport": way}}
    TEMPLATE["resources"]["wait_" + way] = {
        "type": "OS::Heat::WaitCondition", "properties": {"handle": {"get_resource": "handle_" + way}, "timeout": 90}}
    TEMPLATE["outputs"][way] = {"value": {"get_attr": ["handle_" + way, "signal"]}}
TEMPLATE["outputs"]["token"] = {"value": {"get_attr": ["handle_TOKEN_SIGNAL", "token"]}}
TEMPLATE["outputs"]["endpoint"] = {"value": {"get_attr": ["handle_TOKEN_SIGNAL", "endpoint"]}}
TEMPLATE["resources"]["handle_AWS"] = {"type": "AWS::CloudFormation::WaitConditionHandle"}
TEMPLATE["resources"]["wait_AWS"] = {
    "type": "AWS::CloudFormation::WaitCondition",
    "properties": {"Handle": {"get_resource": "handle_AWS"}, "Timeout": 90, "Count": 1}}
TEMPLATE["outputs"]["AWS"] = {"value": {"get_resource": "handle_AWS"}}


def call(method, url, body=None, headers={}, type="application/json"):
    request = urllib.request.Request(url, method=method, headers=dict(headers))
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", type)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text[:1] in b"{[" and text else None, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")[:300], error.headers


def log_in(user, scope, url=os.environ["OS_AUTH_URL"]):
    answer = call("POST", url.rstrip("/") + "/auth/tokens", {"auth": {
        "identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}})
    return answer[2]["X-Subject-Token"], answer[1]["token"]


default = {"name": "Default"}
token, what = log_in(
    {"name": os.environ["OS_USERNAME"], "domain": default, "password": os.environ["OS_PASSWORD"]},
    {"project": {"name": os.environ["OS_PROJECT_NAME"], "domain": default}})
[heat] = [endpoint["url"] for service in what["catalog"] if service["type"] == "orchestration"
          for endpoint in service["endpoints"] if endpoint["interface"] == "public"]
mine = {"X-Auth-Token": token}
status, stack, _ = call("POST", heat + "/stacks", {"stack_name": "signals", "template": TEMPLATE}, mine)
if status != 201:
    sys.exit("creating the stack: %s %s" % (status, stack))
[url] = [link["href"] for link in stack["stack"]["links"] if link["rel"] == "self"]


def look():
    return call("GET", url, headers=mine)[1]["stack"]


# An output is there when its handle is.
deadline = time.monotonic() + 90
outputs = {}
while time.monotonic() < deadline:
    outputs = {one["output_key"]: one.get("output_value") for one in look().get("outputs", [])}
    if all(outputs.get(name) for name in ("endpoint", "HEAT_SIGNAL", "CFN_SIGNAL", "AWS")):
        break
    time.sleep(1)

success = {"status": "SUCCESS"}
aws_success = {"Status": "SUCCESS", "Reason": "done", "Data": "", "UniqueId": "1"}
print("TOKEN_SIGNAL", call("POST", outputs["endpoint"], success, {"X-Auth-Token": outputs["token"]})[:2])
given = json.loads(outputs["HEAT_SIGNAL"])
stack_token, _ = log_in({"id": given["user_id"], "password": given["password"]},
                        {"project": {"id": given["project_id"]}}, given["auth_url"])
print("HEAT_SIGNAL", call(
    "POST", given["alarm_url"], success, {"X-Auth-Token": stack_token})[:2])
for name, type in (("CFN_SIGNAL", "application/json"), ("AWS", "")):
    signed = outputs[name]
    if signed.startswith("{"):
        signed = json.loads(signed)["alarm_url"]
    print(name, call("PUT", signed, success if name == "CFN_SIGNAL" else aws_success, type=type)[:2])

while look()["stack_status"] == "CREATE_IN_PROGRESS" and time.monotonic() < deadline:
    time.sleep(1)
last = look()
print(last["stack_status"], last["stack_status_reason"])
sys.exit(last["stack_status"] != "CREATE_COMPLETE")
