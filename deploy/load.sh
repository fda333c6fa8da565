# shellcheck shell=bash
# load NAME...: sources deploy/NAME.sh, each file once. Takes $REPOSITORY, the repository's folder.
#
# Each file loads what it uses. Files share functions and no variables: functions take arguments and print their result.
# A file's own associative arrays need declare -g, since load sources the file inside a function.

loaded=" "

load() {
    local name
    for name in "$@"; do
        [[ $loaded != *" $name "* ]] || continue
        loaded+="$name "
        # shellcheck source=/dev/null
        source "$REPOSITORY/deploy/$name.sh"
    done
}
