"""Reads `cargo metadata` and writes a CycloneDX SBOM of the crates that are linked into the programs.

Crates that only macros, build scripts or tests use are left out. Fails if the result breaks the CycloneDX schema.
"""

import json
import sys

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation import make_schemabased_validator
from packageurl import PackageURL


def component(package: dict, kind: ComponentType) -> Component:
    name, version = package["name"], package["version"]
    # Some old manifests separate licences by a slash, which SPDX does not know.
    stated = (package["license"] or "").replace("/", " OR ")
    purl = PackageURL("cargo", name=name, version=version)
    return Component(
        name=name,
        version=version,
        type=kind,
        purl=purl,
        bom_ref=purl.to_string(),
        licenses=[LicenseFactory().make_from_string(stated)] if stated else [],
    )


def is_macro(package: dict) -> bool:
    return any("proc-macro" in target["kind"] for target in package["targets"])


def linked(node: dict, packages: dict) -> list[str]:
    """The ids of the crates that are linked with a crate."""
    normal = [d["pkg"] for d in node["deps"] if any(kind["kind"] is None for kind in d["dep_kinds"])]
    return [child for child in normal if not is_macro(packages[child])]


def bill_of_materials(metadata: dict) -> Bom:
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    components = {root: component(packages[root], ComponentType.APPLICATION)}
    bom = Bom()
    bom.metadata.component = components[root]
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        children = linked(nodes[parent], packages)
        for child in children:
            if child not in components:
                components[child] = component(packages[child], ComponentType.LIBRARY)
                bom.components.add(components[child])
                waiting.append(child)
        bom.register_dependency(components[parent], [components[child] for child in children])
    return bom


def main() -> None:
    text = make_outputter(bill_of_materials(json.load(sys.stdin)), OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)
    problem = make_schemabased_validator(OutputFormat.JSON, SchemaVersion.V1_6).validate_str(text)
    if problem:
        sys.exit(f"the SBOM breaks the CycloneDX schema: {problem}")
    print(text)


main()
