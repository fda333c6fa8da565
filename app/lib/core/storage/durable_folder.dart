import 'dart:io';

import 'package:path/path.dart' as path;

import 'posix_folder.dart';

/// A folder whose directory entries survive a power failure. Flushing a file alone does not make its name durable.
final class DurableFolder {
  /// The folder at [_path].
  const DurableFolder(this._path);

  /// The folder that contains [file].
  DurableFolder.of(String file) : _path = path.dirname(file);

  final String _path;

  /// Called before a folder is synced; for tests.
  static void Function(String folder) onSync = _ignore;

  static void _ignore(String folder) {}

  /// Creates the folder and its missing parents.
  Future<void> make() async {
    if (Directory(_path).existsSync()) return;
    final above = DurableFolder.of(_path);
    if (above._path != _path) await above.make();
    await Directory(_path).create();
    above.sync();
  }

  /// Makes the directory entries durable.
  void sync() {
    onSync(_path);
    PosixFolder.syncNames(_path);
  }
}
