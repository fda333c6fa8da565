import 'dart:convert';
import 'dart:io';

import '../state/one_at_a_time.dart';

/// A log of bounded size in two files: when the current one is full, it replaces the older one. A failure to write loses
/// lines and disturbs nothing else.
final class LogFile {
  /// The log at [_path] and, for the older lines, `_path.old`.
  LogFile(this._path, {this.maxBytes = 128 << 10});

  final String _path;

  /// The size at which the files rotate.
  final int maxBytes;

  final _writes = OneAtATime();

  String get _older => '$_path.old';

  /// Up to [most] lines written so far, oldest first.
  List<String> lastLines(int most) {
    final lines = [..._linesOf(_older), ..._linesOf(_path)];
    return lines.length <= most ? lines : lines.sublist(lines.length - most);
  }

  static List<String> _linesOf(String path) {
    try {
      final file = File(path);
      if (!file.existsSync()) return const [];
      return const LineSplitter().convert(utf8.decode(file.readAsBytesSync(), allowMalformed: true));
    } on FileSystemException {
      return const [];
    }
  }

  /// Appends [text] and a line feed.
  void add(String text) => _writes.run(() => _append(utf8.encode('$text\n'))).ignore();

  void _append(List<int> bytes) {
    final file = File(_path);
    if (file.existsSync() && file.lengthSync() + bytes.length > maxBytes) file.renameSync(_older);
    file.writeAsBytesSync(bytes, mode: FileMode.append);
  }

  /// Waits until all lines are written.
  Future<void> close() => _writes.run(() {});
}
