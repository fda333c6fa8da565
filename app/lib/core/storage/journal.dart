import 'dart:convert';
import 'dart:io';
import 'dart:typed_data';

import 'crc32.dart';
import 'storage_failure.dart';

/// A file of lines, each of them there wholly or not at all, whenever the process is killed or the power fails.
///
/// A line is `<crc32 of the text, 8 hex digits> <text>\n`. What [append] has returned for is on the disk. What follows
/// the last whole line is the rest of a write nobody was told of: it is cut off on opening. Calls must not overlap.
final class Journal {
  Journal._(this._path, this._file, this._length, this.lineCount);

  final String _path;
  RandomAccessFile _file;
  int _length;
  bool _isBroken = false;

  /// Lines in the file.
  int lineCount;

  static const _prefix = 9;

  /// Opens the journal at [path], or begins it, and gives each line to [onLine].
  static Future<Journal> open(String path, void Function(String line) onLine) async {
    try {
      await File(path).parent.create(recursive: true);
      // What a compaction left behind that was cut short: the journal itself is whole.
      final unfinished = File('$path.new');
      if (unfinished.existsSync()) await unfinished.delete();
      final file = await File(path).open(mode: FileMode.append);
      final bytes = await File(path).readAsBytes();
      final (:length, :count) = _read(bytes, onLine);
      if (length < bytes.length) {
        await file.truncate(length);
        await file.flush();
      }
      await file.setPosition(length);
      return Journal._(path, file, length, count);
    } on FileSystemException catch (failure) {
      throw StorageFailure('$failure');
    }
  }

  static ({int length, int count}) _read(Uint8List bytes, void Function(String line) onLine) {
    var start = 0;
    var count = 0;
    while (true) {
      final end = bytes.indexOf(0x0a, start);
      if (end < start + _prefix) return (length: start, count: count);
      final text = Uint8List.sublistView(bytes, start + _prefix, end);
      final sum = int.tryParse(String.fromCharCodes(bytes, start, start + _prefix - 1), radix: 16);
      if (sum != crc32(text)) return (length: start, count: count);
      onLine(utf8.decode(text));
      count++;
      start = end + 1;
    }
  }

  static List<int> _line(String text) {
    final bytes = utf8.encode(text);
    return [...ascii.encode('${crc32(bytes).toRadixString(16).padLeft(8, '0')} '), ...bytes, 0x0a];
  }

  /// Adds a line; on the disk when this returns. Throws [StorageFailure], and then the line is not there.
  Future<void> append(String text) async {
    if (_isBroken) throw const StorageFailure('an earlier failure could not be undone');
    final line = _line(text);
    try {
      await _file.writeFrom(line);
      await _file.flush();
    } on FileSystemException catch (failure) {
      await _cutBack();
      throw StorageFailure('$failure');
    }
    _length += line.length;
    lineCount++;
  }

  /// After a failed write: a half line in the middle would hide all later ones.
  Future<void> _cutBack() async {
    try {
      await _file.truncate(_length);
      await _file.setPosition(_length);
      await _file.flush();
    } on FileSystemException {
      _isBroken = true;
    }
  }

  /// Puts [lines] in place of all lines, in one step: afterwards either the old or the new ones are there.
  Future<void> replace(Iterable<String> lines) async {
    try {
      final file = await File('$_path.new').open(mode: FileMode.write);
      var length = 0;
      var count = 0;
      for (final text in lines) {
        final line = _line(text);
        await file.writeFrom(line);
        length += line.length;
        count++;
      }
      await file.flush();
      await File('$_path.new').rename(_path);
      final old = _file;
      _file = file;
      _length = length;
      lineCount = count;
      _isBroken = false;
      await old.close();
    } on FileSystemException catch (failure) {
      throw StorageFailure('$failure');
    }
  }

  /// Closes the file.
  Future<void> close() => _file.close();
}
