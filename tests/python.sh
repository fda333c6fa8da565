# shellcheck shell=bash
# Virtual environments for the checks that are Python packages. Each has its pinned requirements.txt.

load say

# prepare_python NAME: makes target/NAME from tests/NAME/requirements.txt, and makes it again when that changes. Fails where
# PyPI is unavailable.
prepare_python() {
    local environment=$REPOSITORY/target/$1 wanted=$REPOSITORY/tests/$1/requirements.txt
    cmp -s "$wanted" "$environment/made-from.txt" && "$environment/bin/python" -c '' 2>/dev/null && return 0
    step "installing what tests/$1 needs from PyPI into $environment"
    rm -rf -- "$environment"
    python3 -m venv "$environment" || return
    # pip repeats a connection that failed, but not one that broke.
    for _ in 1 2 3; do
        if timeout 300 "$environment/bin/pip" --disable-pip-version-check --quiet install --requirement "$wanted"; then
            cp -- "$wanted" "$environment/made-from.txt"
            return
        fi
    done
    return 1
}
