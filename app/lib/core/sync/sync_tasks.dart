import '../api/api_failure.dart';
import '../auth/sign_in_required.dart';
import '../auth/weight_sync_user.dart';
import '../state/observed.dart';
import '../state/watched.dart';
import 'sync_task.dart';
import 'weight_sync_status.dart';

/// Several tasks as one: they run one after the other, and their counts are added.
final class SyncTasks implements SyncTask {
  /// The tasks [_all], in the order of running.
  SyncTasks(this._all);

  final List<SyncTask> _all;

  @override
  String get name => _all.map((task) => task.name).join(' and ');

  @override
  late final Watched<int> pending = _sumOf((task) => task.pending);

  @override
  late final Watched<int> edits = _sumOf((task) => task.edits);

  @override
  late final Watched<int> conflicts = _sumOf((task) => task.conflicts);

  Observed<int> _sumOf(Watched<int> Function(SyncTask task) countOf) {
    int sum() => _all.fold(0, (sum, task) => sum + countOf(task).value);
    final observed = Observed(sum());
    for (final task in _all) {
      countOf(task).addListener(() => observed.value = sum());
    }
    return observed;
  }

  @override
  int get refusedCount => _all.fold(0, (sum, task) => sum + task.refusedCount);

  @override
  int get unreadCount => _all.fold(0, (sum, task) => sum + task.unreadCount);

  /// The earliest of all; null if one was never in sync.
  @override
  DateTime? get lastSync {
    final times = [for (final task in _all) task.lastSync];
    return times.contains(null) ? null : times.nonNulls.reduce((a, b) => a.isBefore(b) ? a : b);
  }

  /// A task that fails does not keep the others from running, unless they would fail as well. Throws the first failure.
  @override
  Future<void> synchronize(
    WeightSyncUser user,
    void Function(SyncRunning progress) onProgress, {
    required void Function(String event) log,
    bool isByHand = false,
  }) async {
    (Object, StackTrace)? failure;
    for (final task in _all) {
      try {
        await task.synchronize(user, onProgress, log: log, isByHand: isByHand);
      } on Unreachable {
        rethrow;
      } on SignInRequired {
        rethrow;
      } on Object catch (thrown, trace) {
        log('${task.name} failed');
        failure ??= (thrown, trace);
      }
    }
    if (failure case (final thrown, final trace)) Error.throwWithStackTrace(thrown, trace);
  }
}
