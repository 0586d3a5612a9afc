"""wiremock.py HAR HOST:PORT: what WireMock answers from its mappings is what was recorded.

Every request of the archive is sent in the archive's order. Status, fields and body of the answer have
to be the recorded ones, and an exchange that failed has to fail.
"""

import base64
import http.client
import json
import sys
from urllib.parse import urlsplit

# They tell of the transfer or of WireMock, not of the answer.
OTHER_FIELDS = {"content-length", "transfer-encoding", "connection", "matched-stub-id"}


def answer_fields(pairs):
    lowercased = ((name.lower(), value) for name, value in pairs)
    return sorted(pair for pair in lowercased if pair[0] not in OTHER_FIELDS)


def recorded_answer(response):
    content = response["content"]
    text = content.get("text", "")
    return (
        response["status"],
        answer_fields((field["name"], field["value"]) for field in response["headers"]),
        base64.b64decode(text) if content.get("encoding") == "base64" else text.encode(),
    )


def seen_answer(authority, request):
    """None where the exchange failed."""
    url = urlsplit(request["url"])
    target = f"{url.path}?{url.query}" if url.query else url.path
    connection = http.client.HTTPConnection(authority, timeout=10)
    try:
        connection.request(request["method"], target, request.get("postData", {}).get("text"))
        response = connection.getresponse()
        return response.status, answer_fields(response.getheaders()), response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def main(archive, authority):
    with open(archive, encoding="utf-8") as file:
        entries = json.load(file)["log"]["entries"]
    answers = failures = 0
    for number, entry in enumerate(entries):
        # Deliveries are requests to the client.
        if "_direction" in entry:
            continue
        request, response = entry["request"], entry["response"]
        expected = recorded_answer(response) if response["status"] else None
        seen = seen_answer(authority, request)
        if seen != expected:
            sys.exit(
                f"entry {number}, {request['method']} {request['url']}\n"
                f"  recorded {str(expected)[:2000]}\n  WireMock {str(seen)[:2000]}"
            )
        answers += expected is not None
        failures += expected is None
    if not answers:
        sys.exit("nothing was compared")
    print(f"{answers} answers and {failures} failures as recorded")


main(*sys.argv[1:])
