import 'dart:convert';

import '../storage/files.dart';
import 'token_storage.dart';

/// Stores the session in a file that only its owner can read. Good for a desktop, not enough for a phone whose backups
/// go to a computer. In a browser every script of the page's origin can read it.
final class FileTokenStorage implements TokenStorage {
  /// Stores the session in the file at [path].
  const FileTokenStorage(this.path);

  /// The file's path.
  final String path;

  @override
  Future<String?> read() async {
    final bytes = await files.read(path);
    return bytes == null ? null : utf8.decode(bytes);
  }

  @override
  Future<void> write(String text) => files.write(path, utf8.encode(text), isPrivate: true);

  @override
  Future<void> delete() => files.delete(path);
}
