import 'dart:io';

import '../storage/written_file.dart';
import 'token_storage.dart';

/// A [TokenStorage] in a file that only its owner can read: right for a desktop, not enough for a phone that is backed up
/// to a computer.
final class FileTokenStorage implements TokenStorage {
  /// Keeps it in the file at [path].
  const FileTokenStorage(this.path);

  /// Where the file is.
  final String path;

  @override
  Future<String?> read() async {
    final file = File(path);
    return file.existsSync() ? file.readAsString() : null;
  }

  @override
  Future<void> write(String text) => writeWholly(path, text, isPrivate: true);

  @override
  Future<void> delete() async {
    final file = File(path);
    if (file.existsSync()) await file.delete();
  }
}
