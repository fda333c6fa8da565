import 'dart:io';

import 'data_folder.dart';

/// A folder that is known already.
final class GivenDataFolder implements DataFolder {
  /// The folder at [path].
  const GivenDataFolder(this.path);

  /// Where it is.
  final String path;

  @override
  Future<Directory> directory() => Directory(path).create(recursive: true);
}
