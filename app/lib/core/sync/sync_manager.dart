import '../state/watched.dart';
import 'sync_status.dart';

/// Decides when to sync.
class SyncManager {
  /// What the indicator shows.
  Watched<SyncStatus> get status => throw UnimplementedError();

  /// When everything was last in step; null when never since sign-in.
  Watched<DateTime?> get lastSync => throw UnimplementedError();

  /// Runs now, or joins the run under way, then returns; the outcome stands in [status]. Never throws.
  Future<void> syncNow() => throw UnimplementedError();

  /// Text for whoever helps with a problem: states, counts, times and the last events; no weights, no tokens.
  String report() => throw UnimplementedError();
}
