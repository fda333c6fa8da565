import 'dart:io';

import 'package:path/path.dart' as path;

import 'posix_folder.dart';

/// A folder whose names survive a power failure: a file that was flushed is lost all the same when its name was not.
final class DurableFolder {
  /// The folder at [_path].
  const DurableFolder(this._path);

  /// The folder that the file at [file] is in.
  DurableFolder.of(String file) : _path = path.dirname(file);

  final String _path;

  /// Told of each folder whose names are being made durable; tests listen.
  static void Function(String folder) onSync = _nobody;

  static void _nobody(String folder) {}

  /// Makes the folder, and those above it that are missing.
  Future<void> make() async {
    if (Directory(_path).existsSync()) return;
    final above = DurableFolder.of(_path);
    if (above._path != _path) await above.make();
    await Directory(_path).create();
    above.sync();
  }

  /// Makes the names in it durable.
  void sync() {
    onSync(_path);
    PosixFolder.syncNames(_path);
  }
}
