import 'dart:io';

import 'package:path/path.dart' as path;

import 'data_folder.dart';

/// The usual place of each desktop system and of iOS. Android tells its folder to Java only: give a [DataFolder] of your
/// own there (see app/README.md).
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
    throw UnsupportedError('${Platform.operatingSystem} needs a DataFolder of the app');
  }
}
