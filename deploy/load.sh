# shellcheck shell=bash
# The parts, for deploy.sh and tests/run. REPOSITORY is set by whoever sources this.

# shellcheck source=deploy/say.sh
source "$REPOSITORY/deploy/say.sh"
# shellcheck source=deploy/packages.sh
source "$REPOSITORY/deploy/packages.sh"
# shellcheck source=deploy/toolchain.sh
source "$REPOSITORY/deploy/toolchain.sh"
# shellcheck source=deploy/build.sh
source "$REPOSITORY/deploy/build.sh"
# shellcheck source=deploy/processes.sh
source "$REPOSITORY/deploy/processes.sh"
# shellcheck source=deploy/database.sh
source "$REPOSITORY/deploy/database.sh"
# shellcheck source=deploy/apache.sh
source "$REPOSITORY/deploy/apache.sh"
# shellcheck source=deploy/instance.sh
source "$REPOSITORY/deploy/instance.sh"
# shellcheck source=deploy/configuration.sh
source "$REPOSITORY/deploy/configuration.sh"
# shellcheck source=deploy/watch.sh
source "$REPOSITORY/deploy/watch.sh"
# shellcheck source=deploy/local.sh
source "$REPOSITORY/deploy/local.sh"
# shellcheck source=deploy/settings.sh
source "$REPOSITORY/deploy/settings.sh"
# shellcheck source=deploy/connection.sh
source "$REPOSITORY/deploy/connection.sh"
# shellcheck source=deploy/release.sh
source "$REPOSITORY/deploy/release.sh"
# shellcheck source=deploy/probe.sh
source "$REPOSITORY/deploy/probe.sh"
# shellcheck source=deploy/smoke.sh
source "$REPOSITORY/deploy/smoke.sh"
# shellcheck source=deploy/push.sh
source "$REPOSITORY/deploy/push.sh"
# shellcheck source=deploy/remote.sh
source "$REPOSITORY/deploy/remote.sh"
# shellcheck source=deploy/help.sh
source "$REPOSITORY/deploy/help.sh"
