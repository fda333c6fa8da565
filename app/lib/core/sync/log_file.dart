import 'dart:convert';

import '../state/one_at_a_time.dart';
import '../storage/files.dart';
import '../storage/growing_file.dart';
import '../storage/storage_failure.dart';

/// A log of bounded size in two files: when the current one is full, it replaces the older one. A failure to write loses
/// lines and disturbs nothing else.
final class LogFile {
  /// The log at [_path] and, for the older lines, `_path.old`.
  LogFile(this._path, {this.maxBytes = 128 << 10});

  final String _path;

  /// The size at which the files rotate.
  final int maxBytes;

  final _turns = OneAtATime();
  GrowingFile? _file;

  String get _older => '$_path.old';

  /// Up to [most] lines written so far, oldest first.
  Future<List<String>> lastLines(int most) => _turns.run(() async {
    final lines = [...await _linesOf(_older), ...await _linesOf(_path)];
    return lines.length <= most ? lines : lines.sublist(lines.length - most);
  });

  static Future<List<String>> _linesOf(String path) async {
    try {
      final bytes = await files.read(path);
      return bytes == null ? const [] : const LineSplitter().convert(utf8.decode(bytes, allowMalformed: true));
    } on StorageFailure {
      return const [];
    }
  }

  /// Appends [text] and a line feed.
  void add(String text) => _turns.run(() => _append(text)).ignore();

  Future<void> _append(String text) async {
    final line = utf8.encode('$text\n');
    final file = _file ??= await files.open(_path);
    if (file.length + line.length > maxBytes) {
      await file.copyTo(_older);
      await file.replace(const []);
    }
    // Not worth waiting for the disk.
    await file.append(line, isDurable: false);
  }

  /// Waits until all lines are written, and closes the file.
  Future<void> close() => _turns.run(() async => _file?.close());
}
