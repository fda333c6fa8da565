import 'dart:typed_data';

import 'files_io.dart' if (dart.library.js_interop) 'files_web.dart';
import 'growing_file.dart';

/// The files of this device; in a browser, rows of an IndexedDB database of the page's origin.
Files get files => platformFiles;

/// What the package does with files. Paths are those of the platform; in a browser they are only names. Everything but
/// reading is durable when it returns, and throws a `StorageFailure` if nothing could be changed.
abstract interface class Files {
  /// Creates the folder at [path] and its missing parents.
  Future<void> makeFolder(String path);

  /// Whether there is a file at [path].
  Future<bool> exists(String path);

  /// Returns the content of the file at [path]; null if there is none. Throws a `StorageFailure` if it cannot be read.
  Future<Uint8List?> read(String path);

  /// Writes the file at [path] atomically. With [isPrivate] only its owner can read it.
  Future<void> write(String path, List<int> bytes, {bool isPrivate = false});

  /// Deletes the file at [path], if there is one.
  Future<void> delete(String path);

  /// Opens the file at [path], creating it if needed.
  Future<GrowingFile> open(String path);

  /// Deletes the folder at [path] with all its files. An interrupted deletion leaves nothing that could be opened again.
  Future<void> eraseFolder(String path);

  /// Deletes what an interrupted [eraseFolder] left below the folder at [path]. Never fails: the next start tries again.
  Future<void> sweepErased(String path);
}
