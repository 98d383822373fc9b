"""Sends requests to whatever stands in the place of STS, and prints what came back.

The requests are written out by hand and signed by botocore: so the signer is
AWS's own and no code of those who are judged, and nothing of the SDK corrects,
refuses or repeats a request that is meant to be wrong.

    probes.py URL CREDENTIALS [COMMAND...]

CREDENTIALS is a file as in ~/.aws, with the profiles testuser and nobody. Each
line of the output is a JSON object: probe, status, code and message of a refusal,
or the ARN that was given; and what the model of STS forbids in the request.
COMMAND lets every session end, for the last probe; without one, a session is
asked for that ended a minute ago.
"""

import base64
import configparser
import hashlib
import hmac
import html
import json
import re
import struct
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

import botocore.auth
import botocore.loaders
import regex
import urllib3
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

URL, FILE = sys.argv[1:3]
ACCOUNT = "123456789012"
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/testuser"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
pool = urllib3.PoolManager(retries=False)


def profile(name):
    parser = configparser.RawConfigParser()
    parser.read(FILE)
    return Credentials(parser[name]["aws_access_key_id"], parser[name]["aws_secret_access_key"])


def role(name):
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def signed(who, form, service="sts", region="us-east-1", method="POST"):
    """The request as botocore signs it."""
    text = urlencode(form)
    if method == "GET":
        request = AWSRequest("GET", f"{URL}/?{text}", data="")
    else:
        request = AWSRequest("POST", f"{URL}/", data=text, headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
    if who:
        botocore.auth.SigV4Auth(who, service, region).add_auth(request)
    return request.prepare()


def send(request):
    """What came back: status, code, message, ARN, and the whole document."""
    answer = pool.request(request.method, request.url, body=request.body, headers=dict(request.headers.items()), redirect=False, timeout=30)
    text = answer.data.decode("utf-8", "replace")
    first = lambda tag: html.unescape((re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S) or [""])[0])
    return {"status": answer.status, "code": first("Code"), "message": first("Message"), "arn": first("Arn"), "text": text}


def call(who, action, version="2011-06-15", **parameters):
    form = {"Action": action, "Version": version}
    form.update({name.replace("__", "."): value for name, value in parameters.items()})
    form = {name: value for name, value in form.items() if value is not None}
    return {**send(signed(who, form)), "model": forbids(form)}


# The third judge: the model of STS that AWS publishes, in botocore's copy.
MODEL = botocore.loaders.Loader().load_service_model("sts", "service-2")


def forbids(form):
    """What the model does not let pass, all of it: '' for a good request."""
    operation = MODEL["operations"].get(form.get("Action"))
    return "; ".join(violations(operation["input"]["shape"], "", form)) if operation else ""


def violations(name, prefix, form):
    shape = MODEL["shapes"][name]
    if shape["type"] == "structure":
        for member, reference in shape["members"].items():
            if any(key == prefix + member or key.startswith(prefix + member + ".") for key in form):
                yield from violations(reference["shape"], prefix + member, form) if prefix + member in form else violations(reference["shape"], prefix + member + ".", form)
            elif member in shape.get("required", []):
                yield f"{prefix}{member}: is required"
    elif shape["type"] == "list":
        indexes = sorted({key[len(prefix) :].split(".")[1] for key in form if key.startswith(prefix)}, key=int)
        if len(indexes) > shape.get("max", len(indexes)):
            yield f"{prefix.rstrip('.')}: at most {shape['max']}"
        for index in indexes:
            inner = f"{prefix}member.{index}"
            yield from violations(shape["member"]["shape"], inner if inner in form else inner + ".", form)
    else:
        yield from wrong(shape, prefix, form[prefix])


def wrong(shape, name, value):
    if shape["type"] == "integer":
        if not re.fullmatch("-?[0-9]+", value):
            yield f"{name}: an integer"
            return
        size, unit = int(value), ""
    else:
        size, unit = len(value), " characters"
        # Java's classes are ASCII's, but for those of Unicode.
        pattern = shape.get("pattern", "(?s:.*)")
        if not regex.fullmatch(pattern, value, 0 if "\\p" in pattern else regex.ASCII):
            yield f"{name}: {pattern}"
    if size < shape.get("min", size):
        yield f"{name}: at least {shape['min']}{unit}"
    if size > shape.get("max", size):
        yield f"{name}: at most {shape['max']}{unit}"


def assume(who=None, **parameters):
    """A good AssumeRole, but for what is said to be otherwise."""
    return call(who or USER, "AssumeRole", **{"RoleArn": role("plain"), "RoleSessionName": "ueno", **parameters})


def session(name, **parameters):
    text = assume(RoleArn=role(name), **parameters)["text"]
    first = lambda tag: re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S)[0]
    return Credentials(first("AccessKeyId"), first("SecretAccessKey"), first("SessionToken"))


def code(of=0):
    """What an MFA device shows: RFC 6238."""
    mac = hmac.new(base64.b32decode(SEED), struct.pack(">Q", int(time.time()) // 30 + of), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


def statement(**more):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **more}]})


def tags(count, key=lambda n: f"key{n}", value=lambda n: f"value{n}"):
    found = {}
    for n in range(1, count + 1):
        found[f"Tags__member__{n}__Key"], found[f"Tags__member__{n}__Value"] = key(n), value(n)
    return found


def incompressible(size, salt=b""):
    text, block = "", salt
    while len(text) < size:
        block = hashlib.sha256(block).digest()
        text += base64.b32encode(block).decode().rstrip("=")
    return text[:size]


def tampered(change, who=None, **parameters):
    """A signed request that is changed on its way."""
    request = signed(who or USER, {"Action": "GetCallerIdentity", "Version": "2011-06-15"}, **parameters)
    change(request)
    return send(request)


def header(name, edit):
    def change(request):
        request.headers[name] = edit(request.headers[name])

    return change


def body(edit):
    def change(request):
        text = request.body.decode() if isinstance(request.body, bytes) else request.body
        request.body = edit(text)
        request.headers["Content-Length"] = str(len(request.body))

    return change


def without(name):
    def change(request):
        del request.headers[name]

    return change


def signed_at(minutes):
    """A request whose signature was made then."""
    real = botocore.auth.get_current_datetime
    botocore.auth.get_current_datetime = lambda *_, **__: (datetime.now(timezone.utc) + timedelta(minutes=minutes)).replace(tzinfo=None)
    try:
        return send(signed(USER, {"Action": "GetCallerIdentity", "Version": "2011-06-15"}))
    finally:
        botocore.auth.get_current_datetime = real


def shape(answer):
    """Where the document of a refusal has its code."""
    open_tags = re.findall(r"<([A-Za-z]+)[^>]*>", answer["text"].split("<Code>")[0])
    closed = re.findall(r"</([A-Za-z]+)>", answer["text"].split("<Code>")[0])
    return {**answer, "code": "/".join([tag for tag in open_tags if tag not in closed] + ["Code"]), "message": ""}


USER, NOBODY = profile("testuser"), profile("nobody")
LONG = session("long")

PROBES = {
    # What must be given.
    "GetCallerIdentity: a user": lambda: call(USER, "GetCallerIdentity"),
    "GetCallerIdentity: a session": lambda: call(LONG, "GetCallerIdentity"),
    "GetCallerIdentity: a user without any policy": lambda: call(NOBODY, "GetCallerIdentity"),
    "GetCallerIdentity: by GET": lambda: send(signed(USER, {"Action": "GetCallerIdentity", "Version": "2011-06-15"}, method="GET")),
    "AssumeRole": lambda: assume(),
    "AssumeRole: 12 hours, of a role that has them": lambda: assume(RoleArn=role("long"), DurationSeconds="43200"),
    "AssumeRole: a role through a role, an hour": lambda: assume(LONG, RoleArn=role("second"), DurationSeconds="3600"),
    "AssumeRole: the right external ID": lambda: assume(RoleArn=role("external"), ExternalId="an-external-id"),
    "AssumeRole: the right MFA code": lambda: assume(RoleArn=role("mfa"), SerialNumber=SERIAL, TokenCode=code()),
    "AssumeRole: a role that trusts the account": lambda: assume(RoleArn=role("of-the-account")),
    "AssumeRole: 50 tags": lambda: assume(RoleArn=role("long"), **tags(50, value=lambda n: "v")),
    "AssumeRole: a source identity": lambda: assume(RoleArn=role("long"), SourceIdentity="ueno"),
    "AssumeRole: a session policy": lambda: assume(Policy=statement()),
    "GetSessionToken": lambda: call(USER, "GetSessionToken"),
    # The role.
    "RoleArn: none": lambda: assume(RoleArn=None),
    "RoleArn: a name": lambda: assume(RoleArn="plain"),
    "RoleArn: a name of 20 characters": lambda: assume(RoleArn="a-name-of-20-letters"),
    "RoleArn: a user's": lambda: assume(RoleArn=f"arn:aws:iam::{ACCOUNT}:user/testuser"),
    "RoleArn: a pattern": lambda: assume(RoleArn=role("*")),
    "RoleArn: of a role that does not exist": lambda: assume(RoleArn=role("none-such")),
    "RoleArn: of another partition": lambda: assume(RoleArn=f"arn:aws-cn:iam::{ACCOUNT}:role/plain"),
    "RoleArn: of an account that does not exist": lambda: assume(RoleArn="arn:aws:iam::999999999999:role/plain"),
    "AssumeRole: a role that trusts somebody else": lambda: assume(RoleArn=role("of-somebody-else")),
    "AssumeRole: a user without any policy, of a role that trusts him": lambda: assume(NOBODY, RoleArn=role("of-somebody-else")),
    "AssumeRole: a user without any policy, of a role that does not": lambda: assume(NOBODY),
    # The name.
    "RoleSessionName: none": lambda: assume(RoleSessionName=None),
    "RoleSessionName: 1 character": lambda: assume(RoleSessionName="u"),
    "RoleSessionName: 64 characters": lambda: assume(RoleSessionName="u" * 64),
    "RoleSessionName: 65 characters": lambda: assume(RoleSessionName="u" * 65),
    "RoleSessionName: a space": lambda: assume(RoleSessionName="u eno"),
    "RoleSessionName: a slash": lambda: assume(RoleSessionName="u/eno"),
    "RoleSessionName: a letter beyond ASCII": lambda: assume(RoleSessionName="uenö"),
    # The duration.
    "DurationSeconds: 899": lambda: assume(DurationSeconds="899"),
    "DurationSeconds: 43201": lambda: assume(RoleArn=role("long"), DurationSeconds="43201"),
    "DurationSeconds: more than the role's maximum": lambda: assume(DurationSeconds="3601"),
    "DurationSeconds: more than an hour, of a role through a role": lambda: assume(LONG, RoleArn=role("second"), DurationSeconds="3601"),
    "DurationSeconds: words": lambda: assume(DurationSeconds="an hour"),
    # External ID and MFA.
    "ExternalId: none where one is wanted": lambda: assume(RoleArn=role("external")),
    "ExternalId: another": lambda: assume(RoleArn=role("external"), ExternalId="another"),
    "ExternalId: in capitals": lambda: assume(RoleArn=role("external"), ExternalId="AN-EXTERNAL-ID"),
    "ExternalId: 1 character": lambda: assume(ExternalId="x"),
    "ExternalId: a space": lambda: assume(ExternalId="an external id"),
    "MFA: none where it is wanted": lambda: assume(RoleArn=role("mfa")),
    "MFA: a wrong code": lambda: assume(RoleArn=role("mfa"), SerialNumber=SERIAL, TokenCode=code(1000)),
    "MFA: a code of 5 digits": lambda: assume(RoleArn=role("mfa"), SerialNumber=SERIAL, TokenCode="12345"),
    "MFA: no code": lambda: assume(RoleArn=role("mfa"), SerialNumber=SERIAL),
    "MFA: no serial number": lambda: assume(RoleArn=role("mfa"), TokenCode="123456"),
    "MFA: a device of nobody": lambda: assume(RoleArn=role("mfa"), SerialNumber=SERIAL + "x", TokenCode="123456"),
    # Session policy, tags, source identity.
    "Policy: no JSON": lambda: assume(Policy="{"),
    "Policy: no statement": lambda: assume(Policy='{"Version": "2012-10-17"}'),
    "Policy: a principal": lambda: assume(Policy=statement(Principal="*")),
    "Policy: an element that is none": lambda: assume(Policy=statement(Effekt="Allow")),
    "Policy: 2049 characters": lambda: assume(Policy=statement(Sid="A" * (2049 - len(statement(Sid=""))))),
    "Policy: too large when packed": lambda: assume(Policy=statement(Sid=incompressible(2048 - len(statement(Sid=""))))),
    "PolicyArns: 11": lambda: assume(**{f"PolicyArns__member__{n}__arn": f"arn:aws:iam::{ACCOUNT}:policy/p{n}" for n in range(1, 12)}),
    "PolicyArns: of another account": lambda: assume(PolicyArns__member__1__arn="arn:aws:iam::999999999999:policy/p"),
    "Tags: 51": lambda: assume(RoleArn=role("long"), **tags(51, value=lambda n: "v")),
    "Tags: a key of 129 characters": lambda: assume(RoleArn=role("long"), **tags(1, key=lambda n: "k" * 129)),
    "Tags: a key twice, in capitals": lambda: assume(RoleArn=role("long"), **tags(2, key=lambda n: ("key", "KEY")[n - 1])),
    "Tags: a character that may not be": lambda: assume(RoleArn=role("long"), **tags(1, value=lambda n: "a;b")),
    "Tags: a key that begins with aws:": lambda: assume(RoleArn=role("long"), **tags(1, key=lambda n: "aws:key")),
    "Tags: too large when packed": lambda: assume(RoleArn=role("long"), **tags(50, key=lambda n: f"key{n}", value=lambda n: incompressible(250, str(n).encode()))),
    "Tags: of a role that does not trust with them": lambda: assume(**tags(1)),
    "TransitiveTagKeys: of no tag": lambda: assume(RoleArn=role("long"), TransitiveTagKeys__member__1="key"),
    "SourceIdentity: 1 character": lambda: assume(RoleArn=role("long"), SourceIdentity="u"),
    "SourceIdentity: begins with aws:": lambda: assume(RoleArn=role("long"), SourceIdentity="aws:ueno"),
    "SourceIdentity: of a role that does not trust with one": lambda: assume(SourceIdentity="ueno"),
    # Who signs, and how.
    "signature: a key of nobody": lambda: call(Credentials("AKIAIOSFODNN7EXAMPLE", USER.secret_key), "GetCallerIdentity"),
    "signature: another secret": lambda: call(Credentials(USER.access_key, USER.secret_key[::-1]), "GetCallerIdentity"),
    "signature: a digit of it changed": lambda: tampered(header("Authorization", lambda v: v[:-1] + ("0" if v[-1] != "0" else "1"))),
    "signature: the body changed": lambda: tampered(body(lambda b: b + "&X=1")),
    "signature: 20 minutes old": lambda: signed_at(-20),
    "signature: 20 minutes ahead": lambda: signed_at(20),
    "signature: for another service": lambda: tampered(lambda r: None, service="s3"),
    "signature: none": lambda: send(signed(None, {"Action": "GetCallerIdentity", "Version": "2011-06-15"})),
    "signature: without its Signature": lambda: tampered(header("Authorization", lambda v: v.split(", Signature=")[0])),
    "signature: without X-Amz-Date": lambda: tampered(without("X-Amz-Date")),
    "session token: none, with a session's key": lambda: call(Credentials(LONG.access_key, LONG.secret_key), "GetCallerIdentity"),
    "session token: another's": lambda: call(Credentials(LONG.access_key, LONG.secret_key, session("plain").token), "GetCallerIdentity"),
    "session token: with a user's key": lambda: call(Credentials(USER.access_key, USER.secret_key, LONG.token), "GetCallerIdentity"),
    # Which operation.
    "Action: none such": lambda: call(USER, "GetLost"),
    "Action: none": lambda: call(USER, None),
    "Version: another": lambda: call(USER, "GetCallerIdentity", version="2010-05-08"),
    "GetSessionToken: with a session": lambda: call(LONG, "GetSessionToken"),
    "GetSessionToken: 899 seconds": lambda: call(USER, "GetSessionToken", DurationSeconds="899"),
    "GetSessionToken: 129601 seconds": lambda: call(USER, "GetSessionToken", DurationSeconds="129601"),
    "AssumeRoleWithWebIdentity: a token that is none": lambda: call(None, "AssumeRoleWithWebIdentity", RoleArn=role("plain"), RoleSessionName="ueno", WebIdentityToken="not.a.token"),
    "the document of a refusal": lambda: shape(assume(NOBODY)),
}


def ended():
    """A session whose time is over."""
    if not sys.argv[3:]:
        return call(session("plain", DurationSeconds="-60"), "GetCallerIdentity")
    subprocess.run(sys.argv[3:], check=True)
    return call(LONG, "GetCallerIdentity")


PROBES["session: ended"] = ended

for name, probe in PROBES.items():
    found = probe()
    print(json.dumps({"probe": name, **{key: found.get(key, "") for key in ("status", "code", "message", "arn", "model")}}), flush=True)
