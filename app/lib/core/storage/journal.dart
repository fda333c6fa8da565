import 'dart:convert';
import 'dart:io';
import 'dart:typed_data';

import 'package:clock/clock.dart';
import 'package:path/path.dart' as path;

import '../state/slices.dart';
import 'crc32.dart';
import 'durable_folder.dart';
import 'storage_failure.dart';

/// An append-only file of lines. Each line is written completely or not at all, even if the process is killed or the
/// power fails.
///
/// A line is `<crc32 of the text, 8 hex digits> <text>\n`. When [append] returns, the line is on disk. Text after the
/// last line break is an incomplete write and is cut off on opening. A line with a wrong checksum was damaged later: it
/// is skipped, and stays in the file until [replace]. Calls must not overlap.
final class Journal {
  Journal._(this._path, this._file, this._length, this.lineCount, {required this.isDamaged});

  final String _path;
  RandomAccessFile _file;
  int _length;
  bool _isBroken = false;

  /// Number of lines in the file.
  int lineCount;

  /// Whether damaged lines were skipped on opening.
  bool isDamaged;

  static const _prefixLength = 9;

  /// Opens the journal at [path], creating it if needed, and calls [onLine] for each line.
  static Future<Journal> open(String path, void Function(String line) onLine) async {
    try {
      await DurableFolder.of(path).make();
      // Left by an interrupted [replace]; the journal itself is complete.
      final unfinished = File('$path.new');
      if (unfinished.existsSync()) await unfinished.delete();
      final isNew = !File(path).existsSync();
      final file = await File(path).open(mode: FileMode.append);
      if (isNew) DurableFolder.of(path).sync();
      final bytes = await File(path).readAsBytes();
      final (:length, :count, :isDamaged) = await _read(bytes, onLine);
      if (length < bytes.length) {
        await file.truncate(length);
        await file.flush();
      }
      await file.setPosition(length);
      return Journal._(path, file, length, count, isDamaged: isDamaged);
    } on FileSystemException catch (failure) {
      throw StorageFailure('$failure');
    }
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

  /// Copies the file including damaged lines and returns the copy's name. Throws [StorageFailure].
  Future<String> copyAside() async {
    final moment = clock.now().toUtc().toIso8601String().replaceAll(RegExp('[:.]'), '-');
    final copy = '$_path.damaged-$moment';
    try {
      await File(_path).copy(copy);
    } on FileSystemException catch (failure) {
      throw StorageFailure('$failure');
    }
    DurableFolder.of(copy).sync();
    return path.basename(copy);
  }

  static Uint8List _line(String text) {
    final bytes = utf8.encode(text);
    return Uint8List(_prefixLength + bytes.length + 1)
      ..setAll(0, ascii.encode('${crc32(bytes).toRadixString(16).padLeft(8, '0')} '))
      ..setAll(_prefixLength, bytes)
      ..last = 0x0a;
  }

  /// Appends a line; it is on disk when this returns. Throws [StorageFailure], and then the line is not in the file.
  Future<void> append(String text) async {
    if (_isBroken) throw const StorageFailure('the journal cannot be written since an earlier failure');
    final line = _line(text);
    try {
      await _file.writeFrom(line);
      await _file.flush();
    } on FileSystemException catch (failure) {
      await _removeIncompleteLine();
      throw StorageFailure('$failure');
    }
    _length += line.length;
    lineCount++;
  }

  /// Removes the incomplete line of a failed write.
  Future<void> _removeIncompleteLine() async {
    try {
      await _file.truncate(_length);
      await _file.setPosition(_length);
      await _file.flush();
    } on FileSystemException {
      _isBroken = true;
    }
  }

  /// Replaces all lines atomically. Throws [StorageFailure], and then the old lines are still there.
  Future<void> replace(Iterable<String> lines) async {
    try {
      final (:length, :count) = await _writeNew(lines);
      // Windows neither renames nor replaces an open file.
      await _file.close();
      _isBroken = true;
      await File(_newPath).rename(_path);
      DurableFolder.of(_path).sync();
      _length = length;
      lineCount = count;
      isDamaged = false;
      await _reopen();
    } on FileSystemException catch (failure) {
      await _deleteNew();
      if (_isBroken) await _tryToReopen();
      throw StorageFailure('$failure');
    }
  }

  String get _newPath => '$_path.new';

  Future<({int length, int count})> _writeNew(Iterable<String> lines) async {
    final file = await File(_newPath).open(mode: FileMode.write);
    try {
      var (length, count) = (0, 0);
      for (final text in lines) {
        final line = _line(text);
        await file.writeFrom(line);
        length += line.length;
        count++;
      }
      await file.flush();
      return (length: length, count: count);
    } finally {
      await file.close();
    }
  }

  Future<void> _reopen() async {
    _file = await File(_path).open(mode: FileMode.append);
    await _file.truncate(_length);
    await _file.setPosition(_length);
    _isBroken = false;
  }

  /// If this fails, appending fails until the next opening.
  Future<void> _tryToReopen() async {
    try {
      await _reopen();
    } on FileSystemException {
      // [_isBroken] says so.
    }
  }

  /// On a full disk, the unfinished file must not use the remaining space.
  Future<void> _deleteNew() async {
    try {
      await File(_newPath).delete();
    } on FileSystemException {
      // The next opening deletes it.
    }
  }

  /// Closes the file.
  Future<void> close() => _file.close();
}
