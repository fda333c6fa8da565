import '../../../l10n/generated/weight_words.dart';
import '../../presentation/moments.dart';
import '../sync_failure.dart';
import '../weight_sync_status.dart';

/// The texts shown to the user for a [WeightSyncStatus].
final class SyncStatusText {
  /// The texts for [status] in the language of [words].
  SyncStatusText(WeightSyncStatus status, WeightWords words, Moments moments)
    : title = _title(status, words),
      detail = _detail(status, words, moments);

  /// One line.
  final String title;

  /// More detail; may be empty.
  final String detail;

  static String _title(WeightSyncStatus status, WeightWords words) => switch (status) {
    SyncOff() => words.syncOff,
    SyncIdle(pending: 0) => words.syncIdle,
    SyncIdle(:final pending) => words.syncIdlePending(pending),
    SyncRunning(phase: SyncPhase.upload) => words.syncUploading,
    SyncRunning(phase: SyncPhase.download) => words.syncDownloading,
    SyncOffline() => words.syncOffline,
    SyncRetrying() => words.syncRetrying,
    SyncNeedsSignIn() => words.syncNeedsSignIn,
    SyncConflictWaiting(:final count) => words.syncConflicts(count),
    SyncStalled() => words.syncStalled,
  };

  static String _detail(WeightSyncStatus status, WeightWords words, Moments moments) => switch (status) {
    SyncOff() || SyncIdle() => '',
    SyncRunning(:final done, :final total?) when total > 0 => words.syncProgress(done, total),
    SyncRunning() => '',
    SyncOffline(:final pending, :final nextTry) => '${_kept(pending, words)} ${words.nextTry(moments.time(nextTry))}',
    SyncRetrying(:final failure, :final nextTry) =>
      '${failureText(failure, words)} ${words.nextTry(moments.time(nextTry))}',
    SyncNeedsSignIn(:final pending) => _kept(pending, words),
    SyncConflictWaiting() => words.conflictsLead,
    SyncStalled(:final failure) => failureText(failure, words),
  };

  static String _kept(int pending, WeightWords words) => pending == 0 ? words.kept : words.keptPending(pending);

  /// The text for [failure].
  static String failureText(SyncFailure failure, WeightWords words) => switch (failure.kind) {
    SyncFailureKind.unreachable => words.serverUnreachable,
    SyncFailureKind.serverTrouble => words.serverTrouble,
    SyncFailureKind.rateLimited => words.rateLimited,
    SyncFailureKind.entriesRefused => words.entriesRefused(failure.count ?? 1),
    SyncFailureKind.newerData => words.newerData(failure.count ?? 1),
    SyncFailureKind.incompatible => words.incompatible,
    SyncFailureKind.storage => words.storageTrouble,
    SyncFailureKind.unexpected => words.unexpected,
  };
}
