# shellcheck shell=bash
# Checks the crates that the project depends on against deny.toml, and lists those of the static programs in an SBOM.

load say toolchain

cargo_deny() { "$REPOSITORY/target/dependencies/bin/cargo-deny" "$@"; }

# Licences, sources and refused crates.
check_dependencies() { cargo_deny --locked check --hide-inclusion-graph bans licenses sources; }

# Known vulnerabilities. The advisories come from RustSec's repository, which may be unavailable.
check_advisories() {
    if ! timeout 120 "$REPOSITORY/target/dependencies/bin/cargo-deny" fetch db >/dev/null; then
        warn "RustSec's advisories cannot be fetched"
        return "$UNAVAILABLE"
    fi
    cargo_deny --locked check advisories
}

# The software bill of materials of the programs, as CycloneDX, for auditors and scanners.
write_sbom() {
    local file=$REPOSITORY/target/weight-sync.cdx.json
    cargo metadata --locked --format-version 1 --filter-platform x86_64-unknown-linux-musl |
        "$REPOSITORY/target/dependencies/bin/python" "$REPOSITORY/tests/dependencies/sbom.py" >"$file.new"
    mv -- "$file.new" "$file"
    say "SBOM: $file"
}
