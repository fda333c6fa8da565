import '../auth/weight_sync_user.dart';
import '../state/watched.dart';
import 'weight_sync_status.dart';

/// Syncs one kind of data. The manager decides when.
abstract interface class SyncTask {
  /// The name in the report.
  String get name;

  /// Number of entries with edits waiting.
  Watched<int> get pending;

  /// Increases with every edit by the user, even of an entry that is already waiting.
  Watched<int> get edits;

  /// Number of conflicts that the user has not answered.
  Watched<int> get conflicts;

  /// Number of entries that the server refused and the user must correct.
  int get refusedCount;

  /// Number of entries and edits that only a later version of the app can read.
  int get unreadCount;

  /// When the data was last in sync; null if never.
  DateTime? get lastSync;

  /// Uploads edits and downloads changes of [user]. Throws on failure; what was done until then stays done. [log] adds an
  /// event to the report; it must not contain private data.
  Future<void> synchronize(
    WeightSyncUser user,
    void Function(SyncRunning progress) onProgress, {
    required void Function(String event) log,
    bool isByHand = false,
  });
}
