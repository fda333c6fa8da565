/// weight_sync with the plug-ins that an app on a phone needs.
library;

export 'src/keystore_tokens.dart';
export 'src/plus_connectivity.dart';
export 'src/support_folder.dart';
export 'src/weight_sync_plugins.dart';
