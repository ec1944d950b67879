#!/usr/bin/env bash
# Claude Code 2.1.332, `claude -p --permission-prompt-tool`: a tool of an MCP server is asked for leave to run a command.
#
# The answer is an object as JSON text in the result's content. MCP (since 2025-06-18) says that a tool which returns such an
# object should give it as `structuredContent`, too, with the same thing as text in `content` for older clients. A good guess: a
# server that follows this is understood. Seen: the very same answer with `structuredContent` beside the text is "an invalid
# result. Expected a single text block param", and the command is refused; with the text alone it runs. Claude Code asks for
# nothing else of that result: whoever serves leave to it has to leave `structuredContent` out.
#
# Needs bash, Node.js with npm, python3. Installs into a temporary folder; talks to a server on loopback only.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
npm --prefix "$folder" install --no-audit --no-fund --loglevel error @anthropic-ai/claude-code@2.1.332 >&2
claude=$folder/node_modules/.bin/claude
version=$("$claude" --version)
[ "$version" = "2.1.332 (Claude Code)" ] || { echo "another version: $version"; exit 1; }

cat >"$folder/gate.py" <<'PY'
"""An MCP server on stdio whose only tool allows everything; with the argument `both` it says so in both forms."""
import json, sys

for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    method, result = asked["method"], {}
    if method == "initialize":
        result = {"protocolVersion": asked["params"]["protocolVersion"], "capabilities": {"tools": {}},
                  "serverInfo": {"name": "gate", "version": "1"}}
    elif method == "tools/list":
        result = {"tools": [{"name": "leave", "description": "gives leave", "inputSchema": {"type": "object"}}]}
    elif method == "tools/call":
        answer = {"behavior": "allow", "updatedInput": asked["params"]["arguments"]["input"]}
        result = {"content": [{"type": "text", "text": json.dumps(answer)}]}
        if sys.argv[1:] == ["both"]:
            result["structuredContent"] = answer
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
PY
cat >"$folder/model.py" <<'PY'
"""A model that wants to run one command, then ends its turn."""
import http.server, json

class Model(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        heard = json.dumps(asked.get("messages", ""))
        block, stop = {"type": "text", "text": "done"}, "end_turn"
        if any(tool.get("name") == "Bash" for tool in asked.get("tools", [])) and "tool_result" not in heard:
            block = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "touch made", "description": "x"}}
            stop = "tool_use"
        told = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5", "content": [block],
                "stop_reason": stop, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}
        events = [json.dumps(told)]
        if asked.get("stream"):
            begun, delta = {**block, "text": ""}, {"type": "text_delta", "text": "done"}
            if stop == "tool_use":
                begun, delta = {**block, "input": {}}, {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
            said = [{"type": "message_start", "message": {**told, "content": [], "stop_reason": None}},
                    {"type": "content_block_start", "index": 0, "content_block": begun},
                    {"type": "content_block_delta", "index": 0, "delta": delta}, {"type": "content_block_stop", "index": 0},
                    {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 1}},
                    {"type": "message_stop"}]
            events = [f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in said]
        body = "".join(events).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if asked.get("stream") else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
print(server.server_address[1], flush=True)
server.serve_forever()
PY
python3 "$folder/model.py" >"$folder/port" &
server=$!
until [ -s "$folder/port" ]; do sleep 0.1; done

asked() { # text|both: what Claude Code says of its tool call, the gate answering in that form
    mkdir -p "$folder/home-$1" "$folder/work-$1"
    printf '{"mcpServers": {"gate": {"command": "python3", "args": ["%s", "%s"]}}}\n' "$folder/gate.py" "$1" >"$folder/$1.json"
    (cd "$folder/work-$1" && HOME="$folder/home-$1" ANTHROPIC_BASE_URL="http://127.0.0.1:$(cat "$folder/port")" \
        ANTHROPIC_API_KEY=sk-none CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 timeout 120 "$claude" -p --output-format stream-json \
        --verbose --mcp-config "$folder/$1.json" --permission-prompt-tool mcp__gate__leave hello </dev/null) >"$folder/said-$1" || true
    grep -o '"tool_result".*' "$folder/said-$1" | head -c 700
    echo
}
echo '== the answer as text'
asked text
echo '== the same text, and the same object as structuredContent'
asked both
for form in text both; do
    if [ -f "$folder/work-$form/made" ]; then echo "$form: the command ran"; else echo "$form: the command did not run"; fi
done | tee "$folder/came"
printf 'text: the command ran\nboth: the command did not run\n' | diff - "$folder/came"
grep -q 'Permission prompt tool returned an invalid result' "$folder/said-both"
