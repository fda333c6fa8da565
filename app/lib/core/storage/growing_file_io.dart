import 'dart:io';
import 'dart:typed_data';

import 'durable_folder.dart';
import 'growing_file.dart';
import 'or_storage_failure.dart';
import 'storage_failure.dart';

/// A [GrowingFile] of the file system. A power failure may leave the beginning of the last piece at its end.
final class IoGrowingFile implements GrowingFile {
  IoGrowingFile._(this._path, this._file, this._length);

  /// Opens the file at [path], creating it and its folder if needed.
  static Future<IoGrowingFile> open(String path) => orStorageFailure(() async {
    await DurableFolder.of(path).make();
    // Left by an interrupted [replace]; the file itself is complete.
    final unfinished = File('$path.new');
    if (unfinished.existsSync()) await unfinished.delete();
    final isNew = !File(path).existsSync();
    final file = await File(path).open(mode: FileMode.append);
    if (isNew) DurableFolder.of(path).sync();
    return IoGrowingFile._(path, file, await file.length());
  });

  final String _path;
  RandomAccessFile _file;
  int _length;
  bool _isBroken = false;

  @override
  int get length => _length;

  @override
  Future<Uint8List> read() => orStorageFailure(File(_path).readAsBytes);

  @override
  Future<void> cut(int length) => orStorageFailure(() async {
    await _truncate(length);
    _length = length;
  });

  Future<void> _truncate(int length) async {
    await _file.truncate(length);
    await _file.setPosition(length);
    await _file.flush();
  }

  @override
  Future<void> append(Uint8List piece, {bool isDurable = true}) async {
    if (_isBroken) throw const StorageFailure('the file cannot be written since an earlier failure');
    try {
      await _file.writeFrom(piece);
      if (isDurable) await _file.flush();
    } on FileSystemException catch (failure) {
      await _removeIncompletePiece();
      throw StorageFailure('$failure');
    }
    _length += piece.length;
  }

  Future<void> _removeIncompletePiece() async {
    try {
      await _truncate(_length);
    } on FileSystemException {
      _isBroken = true;
    }
  }

  @override
  Future<void> replace(Iterable<Uint8List> pieces) async {
    final int length;
    try {
      length = await _writeNew(pieces);
      // Windows neither renames nor replaces an open file.
      await _file.close();
      _isBroken = true;
      await File(_newPath).rename(_path);
    } on FileSystemException catch (failure) {
      await _deleteNew();
      if (_isBroken) await _tryToReopen();
      throw StorageFailure('$failure');
    }
    DurableFolder.of(_path).sync();
    _length = length;
    await _tryToReopen();
  }

  String get _newPath => '$_path.new';

  Future<int> _writeNew(Iterable<Uint8List> pieces) async {
    final file = await File(_newPath).open(mode: FileMode.write);
    try {
      var length = 0;
      for (final piece in pieces) {
        await file.writeFrom(piece);
        length += piece.length;
      }
      await file.flush();
      return length;
    } finally {
      await file.close();
    }
  }

  Future<void> _reopen() async {
    _file = await File(_path).open(mode: FileMode.append);
    await _truncate(_length);
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

  @override
  Future<void> copyTo(String path) => orStorageFailure(() async {
    await File(_path).copy(path);
    DurableFolder.of(path).sync();
  });

  @override
  Future<void> close() => _file.close();
}
