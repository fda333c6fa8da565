# shellcheck shell=sh
# shellcheck disable=SC2154  # names are shared: the parts are sent as one text
# The last line of what is sent: nothing runs unless all of it arrived.

"host_$action" "$@"
