import 'dart:io';

import 'package:path/path.dart' as path;

import 'folder_in_use.dart';
import 'posix_folder.dart';
import 'storage_failure.dart';

/// Keeps a data folder for one isolate of one process: two that write one journal would destroy it.
final class FolderLock {
  FolderLock._(this._folder, this._file);

  final PosixFolder? _folder;
  final RandomAccessFile _file;

  /// Takes the folder at [folder]. Throws [FolderInUse], or [StorageFailure] when nothing can be written there.
  static Future<FolderLock> take(String folder) async {
    // First that of the folder: whoever opens and closes the file again in the same process ends the lock of it.
    final posix = PosixFolder.open(folder);
    if (posix != null && !posix.lock()) {
      posix.close();
      throw FolderInUse(folder);
    }
    try {
      return FolderLock._(posix, await _lockedFile(folder));
    } on Object {
      posix?.close();
      rethrow;
    }
  }

  /// For systems and file systems that lock no folders.
  static Future<RandomAccessFile> _lockedFile(String folder) async {
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
      throw FolderInUse(folder);
    }
  }

  /// Gives the folder free.
  Future<void> release() async {
    await _file.close();
    _folder?.close();
  }
}
