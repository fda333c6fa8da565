import 'dart:convert';

import 'files.dart';
import 'storage_failure.dart';

/// A small file, read once. For what can be had again: a file that cannot be read counts as none.
final class StoredText {
  StoredText._(this._path, this.text);

  /// Reads the file at [path].
  static Future<StoredText> load(String path) async {
    try {
      final bytes = await files.read(path);
      return StoredText._(path, bytes == null ? null : utf8.decode(bytes));
    } on StorageFailure {
      return StoredText._(path, null);
    } on FormatException {
      return StoredText._(path, null);
    }
  }

  final String _path;

  /// What the file held when it was read.
  final String? text;

  /// Writes [text] durably and atomically. Throws a [StorageFailure].
  Future<void> write(String text) => files.write(_path, utf8.encode(text));
}
