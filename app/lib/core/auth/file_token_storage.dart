import 'dart:io';

import '../storage/written_file.dart';
import 'token_storage.dart';

/// Stores the session in a file that only its owner can read. Good for a desktop, not enough for a phone whose backups
/// go to a computer.
final class FileTokenStorage implements TokenStorage {
  /// Stores the session in the file at [path].
  const FileTokenStorage(this.path);

  /// The file's path.
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
