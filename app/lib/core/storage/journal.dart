import 'dart:convert';
import 'dart:io';
import 'dart:typed_data';

import 'package:clock/clock.dart';
import 'package:path/path.dart' as path;

import 'crc32.dart';
import 'durable_folder.dart';
import 'storage_failure.dart';

/// A file of lines, each of them there wholly or not at all, whenever the process is killed or the power fails.
///
/// A line is `<crc32 of the text, 8 hex digits> <text>\n`. What [append] has returned for is on the disk. What follows
/// the last line break is the rest of a write nobody was told of: it is cut off on opening. A line whose sum is wrong was
/// damaged since: it is left out, and stays in the file until [replace]. Calls must not overlap.
final class Journal {
  Journal._(this._path, this._file, this._length, this.lineCount, {required this.isDamaged});

  final String _path;
  RandomAccessFile _file;
  int _length;
  bool _isBroken = false;

  /// Lines in the file.
  int lineCount;

  /// Whether lines were left out on opening because they are not as they were written.
  bool isDamaged;

  static const _prefix = 9;

  /// Opens the journal at [path], or begins it, and gives each line to [onLine].
  static Future<Journal> open(String path, void Function(String line) onLine) async {
    try {
      await DurableFolder.of(path).make();
      // What a compaction left behind that was cut short: the journal itself is whole.
      final unfinished = File('$path.new');
      if (unfinished.existsSync()) await unfinished.delete();
      final isNew = !File(path).existsSync();
      final file = await File(path).open(mode: FileMode.append);
      if (isNew) DurableFolder.of(path).sync();
      final bytes = await File(path).readAsBytes();
      final (:length, :count, :isDamaged) = _read(bytes, onLine);
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

  static ({int length, int count, bool isDamaged}) _read(Uint8List bytes, void Function(String line) onLine) {
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
    }
    return (length: start, count: count, isDamaged: isDamaged);
  }

  static String? _textOf(Uint8List line) {
    if (line.length < _prefix || line[_prefix - 1] != 0x20) return null;
    final text = Uint8List.sublistView(line, _prefix);
    final sum = int.tryParse(String.fromCharCodes(line, 0, _prefix - 1), radix: 16);
    return sum == crc32(text) ? utf8.decode(text) : null;
  }

  /// Copies the file as it is, damaged lines included, and gives the copy's name. Throws [StorageFailure].
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

  /// After a failed write: a half line in the middle would spoil the next one.
  Future<void> _cutBack() async {
    try {
      await _file.truncate(_length);
      await _file.setPosition(_length);
      await _file.flush();
    } on FileSystemException {
      _isBroken = true;
    }
  }

  /// Puts [lines] in place of all lines, in one step: afterwards either the old or the new ones are there. Throws
  /// [StorageFailure], and then the old ones are.
  Future<void> replace(Iterable<String> lines) async {
    RandomAccessFile? file;
    try {
      file = await File('$_path.new').open(mode: FileMode.write);
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
      DurableFolder.of(_path).sync();
      final old = _file;
      _file = file;
      _length = length;
      lineCount = count;
      _isBroken = false;
      isDamaged = false;
      await old.close();
    } on FileSystemException catch (failure) {
      if (!identical(file, _file)) await _dropUnfinished(file);
      throw StorageFailure('$failure');
    }
  }

  /// On a full disk, half of a new file must not take what room there is.
  Future<void> _dropUnfinished(RandomAccessFile? file) async {
    try {
      await file?.close();
      await File('$_path.new').delete();
    } on FileSystemException {
      // The next opening removes it.
    }
  }

  /// Closes the file.
  Future<void> close() => _file.close();
}
