#!/usr/bin/env python3
"""Runs schemathesis against a demonstration server, as its patient and as its doctor. See README.md beside this file.

Exits with 1 when an answer is a server error, is not in the description, or does not fit it.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

# What random data cannot know: which texts are zones, which times are open.
CONFIGURATION = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]
[parameters]
"""


def main(demo: pathlib.Path, schemathesis: str) -> int:
    demonstration = json.loads(demo.read_text())
    base = demonstration["url"] + "/api/v1"
    people = {one["role"]: one for one in demonstration["sign_ins"]}
    # All at once: random passwords close the accounts for a while.
    tokens = [sign_in(base, people[role]) for role in ("patient", "doctor", "admin")]
    leaving = sign_in(base, people["patient"])
    failed = 0
    for token in tokens:
        # Whoever signs out has no token for the rest.
        failed |= run(schemathesis, base, token, known_ids(base, token), "--exclude-operation-id", "sign_out")
    return failed | run(schemathesis, base, leaving, {}, "--include-operation-id", "sign_out")


def run(schemathesis: str, base: str, token: str, ids: dict[str, list[str]], *more: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        configuration = pathlib.Path(folder) / "schemathesis.toml"
        lines = [f"{json.dumps('path.' + name)} = {json.dumps(values)}" for name, values in ids.items() if values]
        configuration.write_text(CONFIGURATION + "\n".join(lines) + "\n")
        words = [schemathesis, "--config-file", str(configuration), "run", base + "/openapi.json", "--url", base]
        words += ["--header", f"Authorization: Bearer {token}", "--checks", "all", "--max-examples", "50"]
        words += ["--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--warnings", "off", *more]
        return int(subprocess.run(words, cwd=folder, check=False).returncode != 0)


def known_ids(base: str, token: str) -> dict[str, list[str]]:
    """Ids that this person may see, so that random requests reach further than 404."""
    appointments = items(base + "/appointments?limit=3", token) + items(base + "/appointments?period=past&limit=3", token)
    return {
        "doctor_id": [one["id"] for one in items(base + "/doctors?limit=3", token)],
        "appointment_id": [one["id"] for one in appointments],
        "visit_id": [one["visit_id"] for one in appointments],
        "prescription_id": [one["id"] for one in items(base + "/prescriptions?limit=3", token)],
    }


def items(url: str, token: str) -> list[dict]:
    try:
        return ask(urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"}))["items"]
    except urllib.error.HTTPError:
        return []


def sign_in(base: str, person: dict) -> str:
    body = json.dumps({"email": person["email"], "password": person["password"]}).encode()
    return ask(urllib.request.Request(base + "/sessions", body, {"Content-Type": "application/json"}))["access_token"]


def ask(request: urllib.request.Request) -> dict:
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("schemathesis.py <demo.json> <schemathesis>")
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
