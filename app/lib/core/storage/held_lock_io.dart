import 'dart:io';

import 'package:path/path.dart' as path;

import 'posix_folder.dart';
import 'storage_failure.dart';

/// A lock on a folder of the file system. The system releases it when the isolate or the process ends.
final class HeldLock {
  HeldLock._(this._folder, this._file);

  final PosixFolder? _folder;
  final RandomAccessFile _file;

  /// Locks [folder]; null if it is locked already. Throws a [StorageFailure] when nothing can be written there.
  static Future<HeldLock?> tryTake(String folder) async {
    // The folder's lock first: opening and closing the lock file again in this process would release the lock on it.
    final posix = PosixFolder.open(folder);
    if (posix != null && !posix.lock()) {
      posix.close();
      return null;
    }
    RandomAccessFile? file;
    try {
      file = await _lockedFile(folder);
    } finally {
      if (file == null) posix?.close();
    }
    return file == null ? null : HeldLock._(posix, file);
  }

  /// The lock for systems and file systems that cannot lock folders; null if it is taken.
  static Future<RandomAccessFile?> _lockedFile(String folder) async {
    final RandomAccessFile file;
    try {
      file = await File(path.join(folder, 'lock')).open(mode: FileMode.append);
    } on FileSystemException catch (failure) {
      throw StorageFailure('$failure');
    }
    try {
      return await file.lock();
    } on FileSystemException {
      await file.close();
      return null;
    }
  }

  /// Releases the lock.
  Future<void> release() async {
    await _file.close();
    _folder?.close();
  }
}
