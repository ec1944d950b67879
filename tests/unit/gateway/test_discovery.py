"""Promises of where the gateway is found: beside a running OpenClaw nothing is configured, and it says where each is from.

The order is that of OpenClaw's own command line, as it was measured on both releases.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from console.clock import SystemClock
from console.errors import UsageError
from console.gateway.client import Backoff, Gateway
from console.gateway.discovery import Found, discover
from console.gateway.settings import GatewaySettings
from console.gateway.states import Kind
from console.secrets import known, withheld
from tests.fakes.gateway import FakeGateway
from tests.gateway.sessions import happens

SECRET = "a-secret-of-the-file-0123"
OTHER = "another-secret-of-the-shell"
OWN = f"{{gateway: {{mode: 'local', port: 7001, auth: {{mode: 'token', token: '{SECRET}'}}}}}}"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """OpenClaw's folder of an operator."""
    folder = tmp_path / ".openclaw"
    folder.mkdir()
    return folder


OURS = GatewaySettings()


def written(state: Path, text: str | None) -> Path:
    """The folder, where the config says `text` now."""
    if text is not None:
        (state / "openclaw.json").write_text(text, "utf-8")
    return state


def found(state: Path, text: str | None = OWN, ours: GatewaySettings = OURS, **env: str) -> Found:
    """What is found beside a config that says `text`."""
    return discover(ours, {"HOME": str(written(state, text).parent), **env})


def refused(state: Path, text: str, **env: str) -> str:
    """Why nothing is found beside it; no secret stands there."""
    with pytest.raises(UsageError) as caught:
        discover(OURS, {"HOME": str(written(state, text).parent), **env})
    assert SECRET not in str(caught.value) and SECRET not in repr(caught.value.args)
    return str(caught.value)


def test_beside_a_running_openclaw_nothing_is_configured(state: Path) -> None:
    here = found(state)
    assert (here.url, here.secret) == ("http://127.0.0.1:7001", SECRET)
    assert here.told == (
        f"its address comes from gateway.port of {state}/openclaw.json,"
        f" its secret from gateway.auth.token of {state}/openclaw.json"
    )
    assert SECRET not in repr(here) and SECRET in withheld()


def test_without_a_config_it_is_looked_for_at_openclaws_own_port(state: Path) -> None:
    here = found(state, None)
    assert (here.url, here.secret, here.told) == (
        *("http://127.0.0.1:18789", None),
        "its address comes from OpenClaw's default port",
    )


def test_the_secret_of_the_file_goes_before_the_variable_and_the_port_of_the_variable_before_the_file(
    state: Path,
) -> None:
    here = found(state, OPENCLAW_GATEWAY_TOKEN=OTHER, OPENCLAW_GATEWAY_PORT="7002")
    assert (here.url, here.url_from, here.secret) == ("http://127.0.0.1:7002", "OPENCLAW_GATEWAY_PORT", SECRET)


def test_an_address_from_outside_never_gets_the_secret_of_the_file(state: Path) -> None:
    away = found(state, OPENCLAW_GATEWAY_URL="wss://far.example:1")
    assert (away.url, away.secret) == ("wss://far.example:1", None)
    assert found(state, OPENCLAW_GATEWAY_URL="http://h:1", OPENCLAW_GATEWAY_TOKEN=OTHER).secret == OTHER
    assert found(state, OWN, GatewaySettings(url="http://127.0.0.1:7003")).secret is None


def test_our_own_settings_go_before_all_and_the_same_gateway_by_another_name_is_the_same(
    state: Path, tmp_path: Path
) -> None:
    here = found(state, OWN, GatewaySettings(url="ws://localhost:7001/"), OPENCLAW_GATEWAY_URL="http://other:1")
    assert (here.url, here.url_from, here.secret) == ("ws://localhost:7001/", "gateway.url of the settings", SECRET)
    token = tmp_path / "token"
    token.write_text("of-the-token-file")
    token.chmod(0o600)
    assert (
        found(state, OWN, GatewaySettings(token_file=token), OPENCLAW_GATEWAY_TOKEN=OTHER).secret == "of-the-token-file"
    )


@pytest.mark.parametrize(
    ("name", "where"),
    [("OPENCLAW_CONFIG_PATH", "x/c.json"), ("OPENCLAW_STATE_DIR", "x"), ("OPENCLAW_HOME", "x/home")],
)
def test_openclaws_own_variables_say_where_its_config_is(tmp_path: Path, name: str, where: str) -> None:
    place = {"x/c.json": "x/c.json", "x": "x/openclaw.json", "x/home": "x/home/.openclaw/openclaw.json"}[where]
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).write_text(OWN)
    assert discover(OURS, {"HOME": "/nowhere", name: str(tmp_path / where)}).secret == SECRET


def test_the_env_file_of_the_state_folder_is_enough(state: Path) -> None:
    (state / ".env").write_text(
        f'# of ours\nexport OPENCLAW_GATEWAY_PORT=7005\nOPENCLAW_GATEWAY_TOKEN="{SECRET}" # here\n'
    )
    here = found(state, None)
    assert (here.url, here.url_from) == ("http://127.0.0.1:7005", f"OPENCLAW_GATEWAY_PORT of {state}/.env")
    assert found(state, None, OPENCLAW_GATEWAY_TOKEN=OTHER).secret == OTHER


def test_json5_is_read_as_openclaw_writes_it(state: Path) -> None:
    text = f"// mine\n{{\n  gateway: {{ /* here */ port: 0x1b59, auth: {{\n    'token': \"{SECRET}\", }}, }},\n}}\n"
    assert found(state, text).secret == SECRET and found(state, text).url.endswith(":7001")


@pytest.mark.parametrize(
    "token", ['"${MY_TOKEN}"', "{source: 'env', provider: 'default', id: 'MY_TOKEN'}", '"a-${MY_PART}-0123"']
)
def test_what_the_config_refers_to_is_found_in_the_environment(state: Path, token: str) -> None:
    text = f"{{gateway: {{auth: {{token: {token}}}}}}}"
    here = found(state, text, MY_TOKEN=SECRET, MY_PART="secret-of-the-file")
    assert here.secret == SECRET
    told = refused(state, text, OPENCLAW_GATEWAY_TOKEN=OTHER)
    assert f"{state}/openclaw.json:1: gateway.auth.token" in told and "which is not set here" in told


def test_variables_that_the_config_itself_sets_count_and_an_escaped_reference_is_text(state: Path) -> None:
    text = "{env: {vars: {MY_TOKEN: '%s'}}, gateway: {auth: {token: '%s'}}}"
    assert found(state, text % (SECRET, "${MY_TOKEN}")).secret == SECRET
    assert found(state, text % (SECRET, "$${MY_TOKEN}")).secret == "${MY_TOKEN}"


def test_a_secret_that_only_openclaw_can_read_says_so(state: Path) -> None:
    told = refused(state, "{gateway: {auth: {token: {source: 'exec', provider: 'vault', id: 'x'}}}}")
    assert "only OpenClaw can read (exec)" in told and "gateway.token_file" in told


def test_remote_mode_has_an_address_and_a_secret_of_its_own(state: Path) -> None:
    remote = (
        f"{{gateway: {{mode: 'remote', remote: {{url: 'ws://127.0.0.1:9', token: '{SECRET}'}}, auth: {{token: 'x'}}}}}}"
    )
    here = found(state, remote, OPENCLAW_GATEWAY_TOKEN=OTHER, OPENCLAW_GATEWAY_PORT="7002")
    assert (here.url, here.secret) == ("ws://127.0.0.1:9", SECRET)
    assert here.url_from == f"gateway.remote.url of {state}/openclaw.json"
    assert "expected an address" in refused(state, "{gateway: {mode: 'remote'}}")


def test_password_mode_takes_the_password_before_a_token_that_is_left_over(state: Path) -> None:
    text = "{gateway: {auth: {mode: '%s', token: 'left-over-token', password: '%s'}}}"
    assert found(state, text % ("password", SECRET)).secret == SECRET
    assert found(state, text % ("token", SECRET)).secret == "left-over-token"
    assert found(state, "{}", OPENCLAW_GATEWAY_PASSWORD=OTHER).secret == OTHER


def test_included_files_are_read_and_what_stands_beside_them_comes_last(state: Path) -> None:
    (state / "parts").mkdir()
    (state / "parts" / "gateway.json5").write_text(f"{{port: 7006, auth: {{$include: 'auth.json5'}}}} // {SECRET}")
    (state / "parts" / "auth.json5").write_text(f"{{token: '{SECRET}'}}")
    here = found(state, "{agents: {$include: 'gone.json5'}, gateway: {$include: ['parts/gateway.json5'], port: 7007}}")
    assert (here.url, here.secret) == ("http://127.0.0.1:7007", SECRET)
    (state / "parts" / "auth.json5").write_text("{$include: 'auth.json5'}")
    assert "in a circle" in refused(state, "{gateway: {$include: 'parts/gateway.json5'}}")
    assert "there is no file" in refused(state, "{gateway: {$include: 'none.json5'}}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{{\n  gateway: {{\n    auth: {{token: '{SECRET}'}}\n    port: 1\n  }}\n}}", ":4: it is not JSON5"),
        (f"{{\n  gateway: {{auth: {{token: '{SECRET}'}},\n", ":3: it ends too early"),
        ("", ":1: it ends too early"),
        ("[1]", ":1: expected an object"),
        ("{\n gateway: [1]}", ":2: gateway: expected an object"),
        ("{\n gateway: {\n  port: '7001'}}", ":3: gateway.port: expected a port"),
        ("{\n gateway: {\n  port: 99999999}}", ":3: gateway.port: expected a port"),
        ("{\n gateway: {auth: {\n  token: 7}}}", ":3: gateway.auth.token: expected a text"),
        (
            f"{{\n gateway: {{auth: {{\n  token: '{SECRET} {SECRET}'}}}}}}",
            ":3: gateway.auth.token: expected the secret",
        ),
        ("[" * 100_000, "it is not JSON5"),
    ],
)
def test_a_config_that_is_wrong_is_named_with_its_line_and_what_to_do(state: Path, text: str, told: str) -> None:
    said = refused(state, text)
    assert f"{state}/openclaw.json" in said and told in said and "openclaw doctor" in said


def test_what_is_no_text_and_no_plain_file_is_named_and_hangs_nobody(state: Path) -> None:
    (state / "openclaw.json").write_bytes(b"{\n\xff")
    with pytest.raises(UsageError, match=r"openclaw\.json:2: it is not UTF-8"):
        discover(GatewaySettings(), {"HOME": str(state.parent)})
    (state / "openclaw.json").unlink()
    os.mkfifo(state / "openclaw.json")
    with pytest.raises(UsageError, match="no plain file"):
        discover(GatewaySettings(), {"HOME": str(state.parent)})


@pytest.mark.parametrize(("name", "value"), [("OPENCLAW_GATEWAY_URL", "nowhere"), ("OPENCLAW_GATEWAY_PORT", "0")])
def test_a_variable_that_is_wrong_is_named(state: Path, name: str, value: str) -> None:
    assert name in refused(state, OWN, **{name: value})


def test_a_config_that_is_wrong_stops_nobody_who_needs_nothing_of_it(state: Path) -> None:
    here = found(state, "{", GatewaySettings(url="http://127.0.0.1:7001"), OPENCLAW_GATEWAY_TOKEN=OTHER)
    assert here.secret == OTHER


async def test_it_is_looked_for_anew_at_every_connect_so_a_token_that_changed_just_works(
    fake: FakeGateway, state: Path
) -> None:
    environ: Mapping[str, str] = {"HOME": str(state.parent)}
    port = fake.url.rpartition(":")[2]
    config = state / "openclaw.json"
    config.write_text("{gateway:")
    backoff = Backoff(first=0.02, cap=0.1, refused_first=0.02, refused_cap=0.1)
    gateway = Gateway(GatewaySettings(), environ, SystemClock(), backoff=backoff)
    gateway.begin()
    await happens(lambda: gateway.state.kind is Kind.MISCONFIGURED)
    assert f"{config}:1" in gateway.state.sentence

    def entered(token: str) -> bool:
        return bool(gateway.state.up and fake.asked[-1][1].get("auth", {}).get("token") == token)

    for token in (SECRET, OTHER):
        config.write_text(f"{{gateway: {{port: {port}, auth: {{token: '{token}'}}}}}}")
        await fake.drop()
        await happens(partial(entered, token))
        assert fake.asked[-1][1]["auth"] == {"token": token, "password": token}, "for a gateway in password mode"
    assert gateway.url == fake.url
    await gateway.close()
    assert not known() or SECRET not in str(gateway.state)
