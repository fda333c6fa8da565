import '../auth/user.dart';
import '../state/watched.dart';
import 'sync_status.dart';

/// One kind of data that is kept in step. The manager asks it to run; it knows neither when nor why.
abstract interface class SyncTask {
  /// For the report.
  String get name;

  /// Entries with edits that wait.
  Watched<int> get pending;

  /// Grows with each edit of a person, also of one that waits already.
  Watched<int> get edits;

  /// Conflicts that nobody has looked at.
  Watched<int> get conflicts;

  /// Entries that the server refused and a person must correct.
  int get refusedCount;

  /// Entries and edits that a later version of the app has written, and this one cannot read.
  int get unreadCount;

  /// When it was last in step; null when never.
  DateTime? get lastSync;

  /// Sends what waits and fetches what is new, for [user]. Throws when it could not do so; what was done until then
  /// stays done.
  Future<void> synchronize(User user, void Function(SyncRunning progress) onProgress, {bool isByHand = false});
}
