"""docker-compose.yml: valid by the Compose Specification, and safe by our own rules."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bot import settings
from bot.settings import DEFAULTS, NAMES, ROOT, SECRETS
from tests.deploy import compose

SERVICES = compose.services()
LASTING = tuple(name for name in SERVICES if name != "migrate")
DOCKERFILES = ("bot/Dockerfile", "nlu/rasa/Dockerfile")

every = pytest.mark.parametrize("name", SERVICES)
lasting = pytest.mark.parametrize("name", LASTING)
each_image = pytest.mark.parametrize("dockerfile", DOCKERFILES)


def validate(path: Path) -> subprocess.CompletedProcess[str]:
    # The package carries the specification's own JSON schema: nothing is fetched.
    argv = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        "-o",
        "json",
        str(path),
    ]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)


def test_the_file_follows_the_compose_specification() -> None:
    done = validate(compose.FILE)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["status"] == "ok"


def test_the_validation_sees_a_fault(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(compose.FILE.read_text().replace("service_healthy", "service_happy", 1))
    assert validate(wrong).returncode == 1


def test_all_six_services_are_there() -> None:
    assert set(SERVICES) == {"db", "nlu", "migrate", "web", "worker", "scheduler"}


@every
def test_each_service_is_locked_in(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "cap_add", "devices", "network_mode", "pid", "ipc"} & set(service)
    assert service["logging"]["options"]["max-size"]


@lasting
def test_each_lasting_service_has_a_health_check_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])


def test_only_the_web_publishes_a_port_and_only_to_this_host() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    (port,) = SERVICES["web"]["ports"]
    assert compose.filled(port, {}) == "127.0.0.1:8080:8080"


@pytest.mark.parametrize(("name", "network"), [("nlu", "understanding"), ("db", "data")])
def test_model_and_database_are_on_a_private_network_only(name: str, network: str) -> None:
    assert SERVICES[name]["networks"] == [network]
    assert compose.read()["networks"][network] == {"internal": True}


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_migrations_are_done_before_a_process_starts(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"]["db"] == {"condition": "service_healthy"}
    assert SERVICES["migrate"]["restart"] == "no"
    assert compose.order(compose.OURS)[0] == "migrate"


def test_one_image_runs_all_our_processes() -> None:
    assert {SERVICES[name]["image"] for name in compose.OURS} == {"motcua-app"}
    assert [name for name in compose.OURS if "build" in SERVICES[name]] == ["migrate"]


def test_every_setting_can_be_set_and_no_other_is() -> None:
    named = {name for service in compose.OURS for name in SERVICES[service]["environment"]}
    assert {name.removesuffix("_FILE") for name in named} == set(NAMES)


@pytest.mark.parametrize("name", compose.OURS)
def test_secrets_come_as_files(name: str) -> None:
    service = SERVICES[name]
    secret = {*SECRETS, "DATABASE_URL", "METRICS_TOKEN"}
    assert secret & set(service["environment"]) == set()
    for one in secret:
        place = service["environment"][f"{one}_FILE"]
        assert place.removeprefix("/run/secrets/") in service["secrets"]


def test_no_secret_stands_in_the_file() -> None:
    assert all(set(secret) == {"file"} for secret in compose.read()["secrets"].values())
    for text in compose.strings(compose.read()):
        assert not re.search(r"://[^/\s]*:[^/\s]*@", text)
        assert not re.search(r"[A-Za-z0-9+/_=-]{32,}", text.replace("/run/secrets/", "").replace("/var/lib/", ""))
    assert "POSTGRES_PASSWORD" not in SERVICES["db"]["environment"]


def test_memory_fits_the_figures_of_the_design() -> None:
    limit = {name: compose.memory_limit(service) for name, service in SERVICES.items()}
    assert limit["web"] + limit["worker"] + limit["scheduler"] <= 400 * 2**20
    assert limit["nlu"] <= 900 * 2**20


@each_image
def test_images_are_slim_and_not_root(dockerfile: str) -> None:
    last = (ROOT / dockerfile).read_text().rsplit("\nFROM ", 1)[1]
    assert "-slim" in last.splitlines()[0]
    assert re.findall(r"^USER (.+)$", last, re.M) == ["10001:10001"]
    assert not re.search(r"^(ARG|ENV) .*(SECRET|PASSWORD|TOKEN|KEY)", last, re.M)


@each_image
def test_nothing_enters_an_image_unless_it_is_named(dockerfile: str) -> None:
    rules = [line for line in (ROOT / f"{dockerfile}.dockerignore").read_text().splitlines() if line[:1] != "#"]
    assert rules[0] == "*"
    let_in = [rule.removeprefix("!") for rule in rules if rule.startswith("!")]
    assert all(list(ROOT.glob(rule)) for rule in let_in), "a rule names what is not there"
    assert not any(rule.startswith((".", "var")) for rule in let_in)


@each_image
def test_what_an_image_copies_is_let_in(dockerfile: str) -> None:
    text = (ROOT / dockerfile).read_text()
    copied = {part.rstrip("/") for line in re.findall(r"^COPY (?!--)(.+)$", text, re.M) for part in line.split()[:-1]}
    copied |= set(re.findall(r"source=([^,\s]+)", text))
    let_in = set(re.findall(r"^!(.+)$", (ROOT / f"{dockerfile}.dockerignore").read_text(), re.M))
    inside = {path for path in copied if any(rule == path or rule.startswith(f"{path}/") for rule in let_in)}
    inside |= {path for path in copied if {str(folder) for folder in Path(path).parents} & let_in}
    assert copied
    assert copied == inside


def test_what_rasa_is_told_to_load_is_let_in() -> None:
    told = "\n".join(path.read_text() for path in (ROOT / "nlu" / "rasa").glob("*.yml"))
    files = {f"{name.replace('.', '/')}.py" for name in re.findall(r"\bnlu\.rasa\.[a-z_.]*[a-z_]+(?=\.[A-Z])", told)}
    assert files >= {"nlu/rasa/together.py", "nlu/rasa/components/understander.py"}
    let_in = re.findall(r"^!(.+)$", (ROOT / "nlu" / "rasa" / "Dockerfile.dockerignore").read_text(), re.M)
    for file in files:
        assert (ROOT / file).exists()
        assert any(fnmatch(file, rule) or file.startswith(f"{rule}/") for rule in let_in), file


def test_the_example_names_every_setting() -> None:
    text = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", text, re.M))
    alone = {name for text in compose.strings(compose.read()) for name in re.findall(r"\$\{(\w+)", text)} - set(NAMES)
    assert named == set(NAMES) | alone


def test_the_example_tells_the_defaults() -> None:
    told = dict(re.findall(r"^#([A-Z_]+)=(.+)$", (ROOT / ".env.example").read_text(), re.M))
    known = {name: value for name, value in told.items() if name in DEFAULTS}
    assert len(known) > 5
    assert known == {name: DEFAULTS[name] for name in known}


def test_the_recipe_makes_secrets_that_are_accepted(secrets: Path) -> None:
    wanted = {Path(secret["file"]).name for secret in compose.read()["secrets"].values()}
    assert {path.name for path in secrets.iterdir()} == wanted
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in secrets.iterdir())
    environ = compose.environment(SERVICES["worker"], {"PUBLIC_URL": "https://motcua.test"})
    here = {name: value.replace("/run/secrets", str(secrets)) for name, value in environ.items()}
    loaded = settings.load(here, dotenv=None)
    password = (secrets / "db_password").read_text()
    assert loaded.database_url == f"postgresql+psycopg://motcua:{password}@db:5432/motcua"
    assert not loaded.development


def test_an_unset_public_url_is_told() -> None:
    with pytest.raises(KeyError, match="PUBLIC_URL"):
        compose.environment(SERVICES["web"], {})


@pytest.mark.parametrize("lock", ["bot/requirements.lock", "tests/requirements.lock"])
def test_every_locked_package_has_one_version(lock: str) -> None:
    lines = [line for line in (ROOT / lock).read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==\S+", line) for line in lines)


def test_the_tests_run_with_what_the_image_has() -> None:
    run, test = ((ROOT / f"{place}/requirements.lock").read_text().splitlines() for place in ("bot", "tests"))
    assert {line for line in run if "==" in line} <= set(test)
