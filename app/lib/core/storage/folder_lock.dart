import 'dart:io';

import 'package:path/path.dart' as path;

import 'folder_bell.dart';
import 'folder_in_use.dart';
import 'posix_folder.dart';
import 'storage_failure.dart';

/// Reserves a data folder for one isolate of one process: two writers would destroy the journal.
final class FolderLock {
  FolderLock._(this._folder, this._file);

  final PosixFolder? _folder;
  final RandomAccessFile _file;

  static const _pause = Duration(milliseconds: 100);
  static const _triesPerRing = 10;

  /// Locks [folder]. If it is locked, rings the [FolderBell] and waits for at most [waitFor]. Throws [FolderInUse], or [StorageFailure]
  /// when nothing can be written there.
  static Future<FolderLock> take(String folder, {Duration waitFor = Duration.zero}) async {
    final waited = Stopwatch()..start();
    for (var tries = 0; ; tries++) {
      try {
        return await _take(folder);
      } on FolderInUse {
        if (tries % _triesPerRing == 0) FolderBell.ring(folder);
        if (waited.elapsed >= waitFor) rethrow;
      }
      await Future<void>.delayed(_pause);
    }
  }

  static Future<FolderLock> _take(String folder) async {
    // The folder's lock first: opening and closing the lock file again in this process would release the lock on it.
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

  /// The lock for systems and file systems that cannot lock folders.
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

  /// Releases the lock.
  Future<void> release() async {
    await _file.close();
    _folder?.close();
  }
}
