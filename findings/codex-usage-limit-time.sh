#!/usr/bin/env bash
# codex 0.171.0, `codex exec --json`, on a usage limit whose answer holds the moment of the reset as epoch seconds (`resets_at`).
#
# A good guess: the JSON lines for programs carry that moment. Seen: they carry a sentence only. For a reset of the same day it
# holds a time of day such as "try again at 11:43 PM", for a later one the date before it: in the zone of the process (TZ),
# which it does not name, and cut to the minute, so that it lies up to 59 s before the reset. Neither `resets_at` nor the seconds
# of Retry-After stand anywhere in the output. Two runs against the same reset that differ in TZ name different times. Whoever
# parses the sentence has to know the zone that codex ran in, and to add a minute.
#
# Needs bash, Node.js with npm, python3. Installs into a temporary folder; talks to a server on loopback only.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
npm --prefix "$folder" install --no-audit --no-fund --loglevel error @openai/codex@0.171.0 >&2
version=$("$folder/node_modules/.bin/codex" --version)
[ "$version" = "codex-cli 0.171.0" ] || { echo "another version: $version"; exit 1; }

reset=$((($(date +%s) / 60 + 3) * 60 + 37)) # 37 s past a minute, some three minutes from now: a reset on another day is told with its date
cat >"$folder/limited.py" <<'PY'
import http.server, json, sys

class Limited(http.server.BaseHTTPRequestHandler):
    """Every request meets the limit."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        told = {"type": "usage_limit_reached", "message": "The usage limit has been reached", "plan_type": "plus"}
        body = json.dumps({"error": told | {"resets_at": int(sys.argv[1])}}).encode()
        self.send_response(429)
        for name, value in (("content-type", "application/json"), ("retry-after", "217"), ("content-length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *words):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Limited)
print(server.server_address[1], flush=True)
server.serve_forever()
PY
python3 "$folder/limited.py" "$reset" >"$folder/port" &
server=$!
until [ -s "$folder/port" ]; do sleep 0.1; done

limited() { # ZONE: the JSON lines of a run in that zone
    mkdir -p "$folder/home-$1" "$folder/work"
    (cd "$folder/work" && TZ=$1 CODEX_HOME="$folder/home-$1" MOCK_KEY=none timeout 120 "$folder/node_modules/.bin/codex" exec --json \
        --skip-git-repo-check -m gpt-5-codex -c 'model_provider="limited"' \
        -c "model_providers.limited={name=\"limited\",base_url=\"http://127.0.0.1:$(cat "$folder/port")/v1\",wire_api=\"responses\",env_key=\"MOCK_KEY\",request_max_retries=0,stream_max_retries=0}" \
        hello </dev/null 2>/dev/null) || true
}
for zone in UTC0 MST7; do
    limited "$zone" >"$folder/said-$zone"
    echo "== TZ=$zone, reset at $(python3 -c "import time; print(time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime($reset)))")"
    grep '"turn.failed"' "$folder/said-$zone"
done
python3 - "$folder" "$reset" <<'PY'
import pathlib, sys, time

folder, reset = pathlib.Path(sys.argv[1]), int(sys.argv[2])
for zone, behind in (("UTC0", 0), ("MST7", 7)):
    said = (folder / f"said-{zone}").read_text()
    clock = time.strftime("%I:%M %p", time.gmtime(reset - behind * 3600)).lstrip("0")
    assert f"try again at {clock}." in said, f"{zone}: expected the time of day alone, {clock}"
    assert str(reset) not in said and "217" not in said, "the exact moment is told now"
    assert "UTC" not in said and "MST" not in said and "-07" not in said, "a zone is told now"
print("still so: a time of day in the zone of the process, cut to the minute, and nothing else")
PY
