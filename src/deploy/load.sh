# shellcheck shell=bash
# The parts, for deploy.sh and tests/run. REPOSITORY is set by whoever sources this.

# shellcheck source=src/deploy/say.sh
source "$REPOSITORY/src/deploy/say.sh"
# shellcheck source=src/deploy/packages.sh
source "$REPOSITORY/src/deploy/packages.sh"
# shellcheck source=src/deploy/toolchain.sh
source "$REPOSITORY/src/deploy/toolchain.sh"
# shellcheck source=src/deploy/build.sh
source "$REPOSITORY/src/deploy/build.sh"
# shellcheck source=src/deploy/processes.sh
source "$REPOSITORY/src/deploy/processes.sh"
# shellcheck source=src/deploy/database.sh
source "$REPOSITORY/src/deploy/database.sh"
# shellcheck source=src/deploy/apache.sh
source "$REPOSITORY/src/deploy/apache.sh"
# shellcheck source=src/deploy/instance.sh
source "$REPOSITORY/src/deploy/instance.sh"
# shellcheck source=src/deploy/configuration.sh
source "$REPOSITORY/src/deploy/configuration.sh"
# shellcheck source=src/deploy/watch.sh
source "$REPOSITORY/src/deploy/watch.sh"
# shellcheck source=src/deploy/local.sh
source "$REPOSITORY/src/deploy/local.sh"
# shellcheck source=src/deploy/settings.sh
source "$REPOSITORY/src/deploy/settings.sh"
# shellcheck source=src/deploy/connection.sh
source "$REPOSITORY/src/deploy/connection.sh"
# shellcheck source=src/deploy/release.sh
source "$REPOSITORY/src/deploy/release.sh"
# shellcheck source=src/deploy/probe.sh
source "$REPOSITORY/src/deploy/probe.sh"
# shellcheck source=src/deploy/smoke.sh
source "$REPOSITORY/src/deploy/smoke.sh"
# shellcheck source=src/deploy/push.sh
source "$REPOSITORY/src/deploy/push.sh"
# shellcheck source=src/deploy/remote.sh
source "$REPOSITORY/src/deploy/remote.sh"
# shellcheck source=src/deploy/help.sh
source "$REPOSITORY/src/deploy/help.sh"
