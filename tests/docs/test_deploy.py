"""The files of `deploy/`: what they name exists."""

import json
import re
import shlex
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from samesong.runtime.cli.serve import serve
from samesong.runtime.storage.address import SCHEMES

Require = Callable[[list[str]], None]

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def dockerfile() -> list[tuple[str, str]]:
    """Its instructions and what follows each, in order."""
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if line.strip() and not line.startswith("#"))
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        name, _, rest = line.strip().partition(" ")
        assert name in {
            *("FROM", "ARG", "RUN", "COPY", "USER", "WORKDIR", "EXPOSE", "HEALTHCHECK", "CMD"),
        }
        found.append((name, rest))
    return found


def of(dockerfile: list[tuple[str, str]], name: str) -> list[str]:
    return [rest for one, rest in dockerfile if one == name]


def extras() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: dict[str, list[str]] = project["optional-dependencies"]
    return found


def test_the_image_copies_what_is_there(dockerfile: list[tuple[str, str]]) -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    sources = [one for rest in of(dockerfile, "COPY") for one in rest.split()[:-1]]
    assert sources
    for source in sources:
        assert (ROOT / source).exists()
        assert f"!{source}" in ignored
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    folders = {path.split("/")[0] for path in packages["package-dir"].values()}
    assert folders <= set(sources)


def test_the_image_installs_extras_that_exist(dockerfile: list[tuple[str, str]]) -> None:
    arguments = dict(one.split("=", 1) for one in of(dockerfile, "ARG"))
    assert arguments["DEVICE"] == "cpu"
    [install] = [one for one in of(dockerfile, "RUN") if "pip install" in one]
    [named] = re.findall(r"/source\[(.*?)\]", install)
    for device in ("cpu", "gpu"):
        assert set(named.replace("${DEVICE}", device).split(",")) <= set(extras())
    assert set(re.findall(r"\$\{(\w+)\}", install)) <= set(arguments)
    header = (DEPLOY / "Dockerfile").read_text("utf-8").partition("FROM")[0]
    assert set(re.findall(r"--build-arg (\w+)=", header)) <= set(arguments)


def test_the_image_runs_a_server_as_no_root(
    dockerfile: list[tuple[str, str]], require_command: Require
) -> None:
    [command] = of(dockerfile, "CMD")
    words = yaml.safe_load(command)
    require_command(words)
    port = next(one.default for one in serve.params if one.name == "port")
    assert of(dockerfile, "EXPOSE") == [str(port)]
    assert words[-2:] == ["--port", str(port)]
    [check] = of(dockerfile, "HEALTHCHECK")
    assert f"http://127.0.0.1:{port}/v1/health" in check
    [user] = of(dockerfile, "USER")
    assert f"useradd --create-home --uid 1000 {user}" in " ".join(of(dockerfile, "RUN"))


def test_the_health_check_is_a_route() -> None:
    described = json.loads((ROOT / "web" / "openapi.json").read_text("utf-8"))
    assert "/v1/health" in described["paths"]


def test_compose(require_command: Require) -> None:
    compose = read("compose.yaml")
    services = compose["services"]
    assert (DEPLOY / services["server"]["build"]["context"]).resolve() == ROOT
    assert (ROOT / services["server"]["build"]["dockerfile"]).is_file()
    require_command(services["index"]["command"])
    for name in ("index", "server"):
        environment = services[name]["environment"]
        scheme, _, rest = environment["SAMESONG_CATALOG"].partition("://")
        assert scheme in SCHEMES
        bucket = rest.partition("/")[0]
        assert services["bucket"]["command"][-1] == f"store/{bucket}"
        host, port = re.fullmatch(r"http://(\w+):(\d+)", environment["AWS_ENDPOINT_URL"]).groups()
        assert (host in services, port) == (True, "9000")
    read_by_serve = {one.envvar for one in serve.params if isinstance(one, click.Option)}
    assert "SAMESONG_TOKEN" in read_by_serve
    volumes = {one.split(":")[0] for one in services["server"]["volumes"]}
    assert volumes <= set(compose["volumes"])


def test_ray_job(require_command: Require) -> None:
    job = read("rayjob.yaml")
    assert (job["apiVersion"], job["kind"]) == ("ray.io/v1", "RayJob")
    words = shlex.split(job["spec"]["entrypoint"])
    require_command(words)
    assert words[words.index("--ray") + 1] == "auto"
    require_cluster(job["spec"]["rayClusterSpec"])


def require_cluster(cluster: Any) -> None:
    """Check the nodes of a cluster."""
    pinned = (ROOT / "constraints.txt").read_text("utf-8")
    assert f"\nray=={cluster['rayVersion']}\n" in pinned
    assert any(one.startswith("ray") for one in extras()["cluster"])
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    containers = [one for group in groups for one in group["template"]["spec"]["containers"]]
    built = (DEPLOY / "Dockerfile").read_text("utf-8")
    for container in containers:
        assert f"-t {container['image']} " in built
        [secret] = container["envFrom"]
        assert secret["secretRef"]["name"] == "samesong-store"
    for group in cluster["workerGroupSpecs"]:
        assert group["minReplicas"] <= group["replicas"] <= group["maxReplicas"]


def test_ray_serve(require_command: Require) -> None:
    text = (DEPLOY / "rayserve.yaml").read_text("utf-8")
    cluster, server, service = yaml.safe_load_all(text)
    assert (cluster["apiVersion"], cluster["kind"]) == ("ray.io/v1", "RayCluster")
    require_cluster(cluster["spec"])
    [workers] = cluster["spec"]["workerGroupSpecs"]
    cores = int(workers["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"])

    assert (server["apiVersion"], server["kind"]) == ("apps/v1", "Deployment")
    pod = server["spec"]["template"]
    assert server["spec"]["selector"]["matchLabels"] == pod["metadata"]["labels"]
    [container] = pod["spec"]["containers"]
    assert f"-t {container['image']} " in (DEPLOY / "Dockerfile").read_text("utf-8")
    start, serving = map(shlex.split, " ".join(container["args"]).split("&&"))
    # As KubeRay calls the service of the head.
    assert start[start.index("--address") + 1] == f"{cluster['metadata']['name']}-head-svc:6379"
    assert serving.pop(0) == "exec"
    require_command(serving)
    options = dict(pairwise(serving))
    assert options["--ray"] == "auto"
    shards = int(options["--shards"])
    least, most = map(int, options["--replicas"].split("-"))
    assert shards * least <= workers["minReplicas"] * cores
    assert shards * most <= workers["maxReplicas"] * cores
    created = dict(re.findall(r"secret generic ([\w-]+) --from-literal=(\w+)=", text))
    secrets = {one["secretRef"]["name"] for one in container["envFrom"]}
    assert secrets == created.keys()
    read_by_serve = {one.envvar for one in serve.params if isinstance(one, click.Option)}
    assert created["samesong-token"] in read_by_serve
    mounted = {one["name"] for one in container["volumeMounts"]}
    assert mounted == {one["name"] for one in pod["spec"]["volumes"]}

    assert (service["apiVersion"], service["kind"]) == ("v1", "Service")
    assert service["spec"]["selector"] == pod["metadata"]["labels"]
    port = int(options["--port"])
    assert container["ports"] == [{"containerPort": port}]
    assert container["readinessProbe"]["httpGet"] == {"path": "/v1/health", "port": port}
    assert service["spec"]["ports"] == [{"port": port, "targetPort": port}]
