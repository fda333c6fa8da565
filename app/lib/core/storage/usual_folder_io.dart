import 'dart:io';

import 'package:path/path.dart' as path;

/// Where this system's apps keep their data. Throws an [UnsupportedError] on Android.
String usualFolder() {
  final environment = Platform.environment;
  final home = environment['HOME'] ?? '';
  if (Platform.isLinux) return environment['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share');
  if (Platform.isIOS || Platform.isMacOS) return path.join(home, 'Library', 'Application Support');
  if (Platform.isWindows) return environment['APPDATA'] ?? home;
  throw UnsupportedError('no default data folder on ${Platform.operatingSystem}: pass a DataFolder');
}
