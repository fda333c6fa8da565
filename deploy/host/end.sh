# shellcheck shell=sh
# shellcheck disable=SC2154  # names are shared: the parts are sent as one text
# The last line of what is sent: nothing runs unless all of it arrived.

case $action in
uploaded | probe | sweep | switch | verified | prune) one_at_a_time ;;
esac
"host_$action" "$@"
