import 'dart:async';

import 'folder_bell.dart';
import 'folder_in_use.dart';
import 'held_lock_io.dart' if (dart.library.js_interop) 'held_lock_web.dart';

/// Reserves a data folder for one isolate of one process, or one tab of a browser: two writers would destroy the journal.
final class FolderLock {
  FolderLock._(this._held);

  final HeldLock _held;

  static const _pause = Duration(milliseconds: 100);
  static const _triesPerRing = 10;

  /// Locks [folder]. If it is locked and [waitFor] is not zero, rings the [FolderBell] and waits that long. Throws [FolderInUse], or a
  /// `StorageFailure` when nothing can be written there.
  static Future<FolderLock> take(String folder, {Duration waitFor = Duration.zero}) async {
    final waited = Stopwatch()..start();
    for (var tries = 0; ; tries++) {
      final held = await HeldLock.tryTake(folder);
      if (held != null) return FolderLock._(held);
      if (waited.elapsed >= waitFor) throw FolderInUse(folder);
      if (tries % _triesPerRing == 0) unawaited(FolderBell.ring(folder, limit: waitFor));
      await Future<void>.delayed(_pause);
    }
  }

  /// Releases the lock.
  Future<void> release() => _held.release();
}
