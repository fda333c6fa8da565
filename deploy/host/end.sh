# shellcheck shell=sh
# Runs the action. It comes last, so that nothing runs unless the whole text has arrived.

action=$1
shift
case $action in
uploaded | probe | sweep | switch | verified | prune) one_at_a_time ;;
esac
"host_$action" "$@"
