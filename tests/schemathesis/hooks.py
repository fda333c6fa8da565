"""What docs/openapi.yaml cannot express: which times are valid, requests that end their own user, results of single entries.

Nothing here lets a wrong response pass.
"""

import copy
import datetime
import os
import uuid

import jsonschema_rs
import requests
import schemathesis
from hypothesis import strategies as st

PASSWORD = "correct horse battery staple"
TOKEN = os.environ["WEIGHT_SYNC_TEST_TOKEN"]

EARLIEST = datetime.datetime(1900, 1, 2)
# A schema cannot say "at most 24 h ahead of the server". A fixed day, so that every run generates the same data.
LATEST = datetime.datetime(2026, 1, 1)


def rendered(time, zone, digits):
    """RFC 3339 with a zone and that many fraction digits."""
    fraction = f".{time.microsecond:06d}"[: digits + 1] if digits else ""
    return time.strftime("%Y-%m-%dT%H:%M:%S") + fraction + zone


offsets = st.builds("{}{:02d}:{:02d}".format, st.sampled_from("+-"), st.integers(0, 14), st.sampled_from([0, 30, 45]))
moments = st.datetimes(EARLIEST, LATEST)
times = st.builds(rendered, moments, st.one_of(st.just("Z"), offsets), st.integers(0, 6))
stamps = st.builds(rendered, moments, st.just("Z"), st.sampled_from([0, 3, 6]))

schemathesis.openapi.format("date-time", times)
schemathesis.openapi.format("sync-cursor", st.one_of(times, st.builds("snapshot:{}:{}".format, stamps, stamps)))

JSON = (dict, list, str, int, float, bool, type(None))

ENDING = {"DELETE /api/account", "PUT /api/account/password"}


def ends_its_user(context):
    return context.operation.label in ENDING


class Bearer:
    """The run's own user."""

    def get(self, case, context):
        return TOKEN

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


class BearerOfOneCall(Bearer):
    """A new user for each request that ends its own authentication."""

    def get(self, case, context):
        account = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
        url = case.operation.schema.get_base_url() + "/api/auth/register"
        answer = requests.post(url, json=account, timeout=180)
        answer.raise_for_status()
        return answer.json()["access_token"]


schemathesis.auth(refresh_interval=None).apply_to(ends_its_user)(BearerOfOneCall)
schemathesis.auth(refresh_interval=None).skip_for(ends_its_user)(Bearer)


def hard_to_guess(password):
    """A schema cannot say that a password must not repeat one character."""
    if isinstance(password, str) and len(set(password)) == 1:
        return password[:-1] + ("y" if password[-1] != "y" else "z")
    return password


@schemathesis.hook
def before_call(context, case, kwargs):
    """Valid data needs a password that can be set, and the correct one: otherwise no account would ever be deleted."""
    if case.meta is None or not case.meta.generation.mode.is_positive or not isinstance(case.body, dict):
        return
    for field in {"password", "new_password"} & case.body.keys():
        case.body[field] = hard_to_guess(case.body[field])
    if case.operation.label == "DELETE /api/account" and case.body.get("password") is not None:
        case.body["password"] = PASSWORD
    if case.operation.label == "PUT /api/account/password":
        case.body["current_password"] = PASSWORD


def validator(schema, components):
    return jsonschema_rs.validator_for({**schema, "components": components}, validate_formats=True)


@schemathesis.check
def each_entry_is_judged_by_itself(ctx, response, case):
    """Replaces negative_data_rejection where an invalid entry must not stop the others: `errors` names exactly the invalid ones."""
    if case.operation.label != "POST /api/health-metrics/weight/sync" or case.method != "POST":
        return
    # The token, the content type and the JSON syntax come before the fields and have checks of their own.
    if response.status_code in (400, 401, 415) or not isinstance(case.body, JSON):
        return
    components = case.operation.schema.raw_schema["components"]
    body = copy.deepcopy(components["schemas"]["Upload"])
    del body["properties"]["entries"]["items"]
    is_accepted = validator(body, components).is_valid(case.body)
    assert is_accepted == (response.status_code == 200), f"{response.status_code} where the document says {is_accepted=}"
    if is_accepted:
        entry = validator(components["schemas"]["UploadEntry"], components)
        bad = [index for index, sent in enumerate(case.body["entries"]) if not entry.is_valid(sent)]
        named = [error["index"] for error in response.json()["errors"]]
        assert named == bad, f"errors of {named}, not of {bad}"
