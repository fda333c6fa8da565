import 'dart:convert';
import 'dart:typed_data';

import 'package:clock/clock.dart';
import 'package:path/path.dart' as path;

import '../state/slices.dart';
import 'crc32.dart';
import 'files.dart';
import 'growing_file.dart';

/// An append-only file of lines. Each line is written completely or not at all, even if the process is killed or the
/// power fails.
///
/// A line is `<crc32 of the text, 8 hex digits> <text>\n`. When [append] returns, the line is on disk. Text after the
/// last line break is an incomplete write and is cut off on opening. A line with a wrong checksum was damaged later: it
/// is skipped, and stays in the file until [replace]. Calls must not overlap.
final class Journal {
  Journal._(this._path, this._file, this.lineCount, {required this.isDamaged});

  final String _path;
  final GrowingFile _file;

  /// Number of lines in the file.
  int lineCount;

  /// Whether damaged lines were skipped on opening.
  bool isDamaged;

  static const _prefixLength = 9;

  /// Opens the journal at [path], creating it if needed, and calls [onLine] for each line. Throws a `StorageFailure`.
  static Future<Journal> open(String path, void Function(String line) onLine) async {
    final file = await files.open(path);
    final bytes = await file.read();
    final (:length, :count, :isDamaged) = await _read(bytes, onLine);
    if (length < bytes.length) await file.cut(length);
    return Journal._(path, file, count, isDamaged: isDamaged);
  }

  static Future<({int length, int count, bool isDamaged})> _read(
    Uint8List bytes,
    void Function(String line) onLine,
  ) async {
    final slices = Slices();
    var start = 0;
    var count = 0;
    var isDamaged = false;
    for (var end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      final text = _textOf(Uint8List.sublistView(bytes, start, end));
      if (text == null) {
        isDamaged = true;
      } else {
        onLine(text);
        count++;
      }
      start = end + 1;
      await slices.pause();
    }
    return (length: start, count: count, isDamaged: isDamaged);
  }

  static String? _textOf(Uint8List line) {
    if (line.length < _prefixLength || line[_prefixLength - 1] != 0x20) return null;
    final text = Uint8List.sublistView(line, _prefixLength);
    final sum = int.tryParse(String.fromCharCodes(line, 0, _prefixLength - 1), radix: 16);
    return sum == crc32(text) ? utf8.decode(text) : null;
  }

  /// Copies the file including damaged lines and returns the copy's name. Throws a `StorageFailure`.
  Future<String> copyAside() async {
    final moment = clock.now().toUtc().toIso8601String().replaceAll(RegExp('[:.]'), '-');
    final copy = '$_path.damaged-$moment';
    await _file.copyTo(copy);
    return path.basename(copy);
  }

  static Uint8List _line(String text) {
    final bytes = utf8.encode(text);
    return Uint8List(_prefixLength + bytes.length + 1)
      ..setAll(0, ascii.encode('${crc32(bytes).toRadixString(16).padLeft(8, '0')} '))
      ..setAll(_prefixLength, bytes)
      ..last = 0x0a;
  }

  /// Appends a line; it is on disk when this returns. Throws a `StorageFailure`, and then the line is not in the file.
  Future<void> append(String text) async {
    await _file.append(_line(text));
    lineCount++;
  }

  /// Replaces all lines atomically. Throws a `StorageFailure`, and then the old lines are still there.
  Future<void> replace(Iterable<String> lines) async {
    var count = 0;
    await _file.replace(
      lines.map((text) {
        count++;
        return _line(text);
      }),
    );
    lineCount = count;
    isDamaged = false;
  }

  /// Closes the file.
  Future<void> close() => _file.close();
}
