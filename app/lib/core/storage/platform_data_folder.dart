import 'dart:io';

import 'package:path/path.dart' as path;

import 'data_folder.dart';

/// The usual data folder of desktop systems and of iOS. Android exposes its folder to Java only: pass another
/// [DataFolder] there (app/README.md).
final class PlatformDataFolder implements DataFolder {
  /// A folder called [name] in the usual place.
  const PlatformDataFolder([this.name = 'weight_sync']);

  /// The folder's name.
  final String name;

  @override
  Future<Directory> directory() => Directory(path.join(_base(), name)).create(recursive: true);

  String _base() {
    final environment = Platform.environment;
    final home = environment['HOME'] ?? '';
    if (Platform.isLinux) return environment['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share');
    if (Platform.isIOS || Platform.isMacOS) return path.join(home, 'Library', 'Application Support');
    if (Platform.isWindows) return environment['APPDATA'] ?? home;
    throw UnsupportedError('no default data folder on ${Platform.operatingSystem}: pass a DataFolder');
  }
}
