import 'dart:async';

import 'package:clock/clock.dart';

import '../auth/authentication_state.dart';
import '../auth/sync_authentication.dart';
import '../auth/weight_sync_user.dart';
import '../state/observed.dart';
import '../state/watched.dart';
import 'back_off.dart';
import 'background_trigger.dart';
import 'event_log.dart';
import 'failure_of.dart';
import 'sync_connectivity.dart';
import 'sync_failure.dart';
import 'sync_task.dart';
import 'weight_sync_status.dart';

/// Decides when to sync: at launch, after edits, when the network returns, periodically, and on request. Runs never
/// overlap, and no failure prevents the next run.
class SyncManager {
  /// Runs [_task] as the user who is signed in at [_authentication].
  SyncManager(
    this._authentication,
    this._task, {
    required SyncConnectivity connectivity,
    required BackgroundTrigger background,
    BackOff? backOff,
    EventLog? log,
    this.afterEdit = const Duration(seconds: 2),
  }) : _log = log ?? EventLog(),
       _backOff = backOff ?? BackOff(),
       _connectivity = connectivity,
       _background = background;

  final SyncAuthentication _authentication;
  final SyncTask _task;
  final SyncConnectivity _connectivity;
  final BackgroundTrigger _background;
  final BackOff _backOff;
  final EventLog _log;

  /// How long to wait after an edit, so that further edits are sent in the same run.
  final Duration afterEdit;

  /// The wait after a failure that a retry will not fix soon.
  static const _longRetry = Duration(hours: 1);

  /// Consecutive unexpected exceptions before the status reports a bug in the app.
  static const _unexpectedLimit = 5;

  final _status = Observed<WeightSyncStatus>(const SyncOff());
  final _lastSync = Observed<DateTime?>(null);
  final _subscriptions = <StreamSubscription<void>>[];
  Future<void>? _run;
  Timer? _timer;
  ({DateTime until, Duration asked})? _requestedWait;
  WeightSyncUser? _user;
  bool _isEditedMeanwhile = false;
  bool _isSignedInMeanwhile = false;
  bool _isDisposed = false;

  /// The current status.
  Watched<WeightSyncStatus> get status => _status;

  /// When everything was last in sync; null if never since sign-in.
  Watched<DateTime?> get lastSync => _lastSync;

  /// Number of entries with edits waiting, of all kinds of data.
  Watched<int> get pending => _task.pending;

  int get _pending => pending.value;

  /// Starts listening, and syncs if a user is signed in.
  void start() {
    _authentication.state.addListener(_onAuthentication);
    _task.pending.addListener(_onPending);
    _task.edits.addListener(_onEdit);
    _task.conflicts.addListener(_onConflicts);
    _subscriptions
      ..add(_connectivity.returns.listen((_) => hint('network')))
      ..add(_background.wakeUps.listen((_) => hint('background')));
    _onAuthentication();
  }

  void _onAuthentication() {
    final state = _authentication.state.value;
    final isSameUser = _isSignedIn(_user);
    _user = state is SignedIn ? state.user : null;
    // Only the address has changed.
    if (isSameUser) return;
    _timer?.cancel();
    _backOff.reset();
    _requestedWait = null;
    _log.add('authentication ${state.runtimeType}');
    _lastSync.value = _task.lastSync;
    _showStatusBetweenRuns();
    if (state is! SignedIn) return;
    if (_run != null) _isSignedInMeanwhile = true;
    unawaited(_runOnce('launch'));
  }

  /// Whether [user] is the one who is signed in.
  bool _isSignedIn(WeightSyncUser? user) => switch (_authentication.state.value) {
    SignedIn(user: final now) => now.id == user?.id,
    _ => false,
  };

  void _onPending() {
    if (_run == null) _showPending();
  }

  void _onEdit() {
    if (_run == null) {
      _showPending();
      _schedule(afterEdit, 'edit');
    } else {
      _isEditedMeanwhile = true;
    }
  }

  void _onConflicts() {
    if (_run == null && _status.value is! SyncOffline && _status.value is! SyncRetrying) _showStatusBetweenRuns();
  }

  /// Syncs because something may have changed, unless the server asked to wait. [reason] is for the report.
  void hint(String reason) {
    if (_isDisposed || _run != null || _authentication.state.value is! SignedIn) return;
    if (_remainingWait > Duration.zero) return;
    unawaited(_runOnce(reason));
  }

  /// Completes when no run is in progress.
  Future<void> get idle async {
    while (_run != null) {
      await _run;
    }
  }

  /// Syncs now and returns when the run is over; [status] has the outcome. Never throws. Includes all edits made before
  /// the call: a run already in progress, which may have missed them, is followed by another.
  Future<void> syncNow() async {
    final underWay = _run;
    if (underWay != null) {
      await underWay;
      if (_backOff.failures > 0 || _pending == 0) return;
    }
    await _runOnce('by hand', isByHand: true);
  }

  Future<void> _runOnce(String reason, {bool isByHand = false}) {
    if (_isDisposed) return Future.value();
    if (_run == null) _isEditedMeanwhile = _isSignedInMeanwhile = false;
    return _run ??= _attempt(reason, isByHand: isByHand).whenComplete(_afterRun);
  }

  void _afterRun() {
    _run = null;
    if (_isDisposed) return;
    // During the run the user may have changed, or edited an entry.
    if (_authentication.state.value is! SignedIn) return _showStatusBetweenRuns();
    if (_isSignedInMeanwhile) return unawaited(_runOnce('launch'));
    if (_isEditedMeanwhile && _pending > 0 && _backOff.failures == 0) _schedule(afterEdit, 'edit');
  }

  Future<void> _attempt(String reason, {required bool isByHand}) async {
    _timer?.cancel();
    final state = _authentication.state.value;
    if (state is! SignedIn) return _showStatusBetweenRuns();
    _log.add('run: $reason, ${_task.name} pending $_pending');
    try {
      await _task.synchronize(state.user, (progress) => _status.value = progress, log: _log.add, isByHand: isByHand);
      _succeed(state.user);
    } on Object catch (thrown, trace) {
      // Errors too: a bug in one run must not stop later runs.
      _fail(state.user, thrown, trace);
    }
  }

  void _succeed(WeightSyncUser user) {
    _log.add('in sync');
    _backOff.reset();
    _requestedWait = null;
    if (!_isSignedIn(user)) return;
    _lastSync.value = _task.lastSync;
    _showStatusBetweenRuns();
  }

  void _fail(WeightSyncUser user, Object thrown, StackTrace trace) {
    final failure = failureOf(thrown);
    if (!_isSignedIn(user)) {
      _log.add('ended: $failure');
      return _showStatusBetweenRuns();
    }
    _log.addFailure('failed', thrown, trace);
    final wait = _backOff.next(atLeast: failure.retryAfter);
    if (failure.retryAfter case final asked?) _requestedWait = (until: clock.now().add(asked), asked: asked);
    final isStalled = switch (failure.kind) {
      SyncFailureKind.incompatible || SyncFailureKind.storage => true,
      SyncFailureKind.unexpected => _backOff.failures >= _unexpectedLimit,
      _ => false,
    };
    final isForLater = failure.kind == SyncFailureKind.incompatible;
    _schedule(isForLater && wait < _longRetry ? _longRetry : wait, 'retry');
    final nextTry = clock.now().add(wait);
    _status.value = isStalled
        ? SyncStalled(failure: failure, pending: _pending)
        : failure.kind == SyncFailureKind.unreachable
        ? SyncOffline(pending: _pending, nextTry: nextTry)
        : SyncRetrying(failure: failure, pending: _pending, nextTry: nextTry);
  }

  void _schedule(Duration wait, String reason) {
    _timer?.cancel();
    if (_isDisposed || _authentication.state.value is! SignedIn) return;
    _timer = Timer(_remainingWait > wait ? _remainingWait : wait, () => unawaited(_runOnce(reason)));
  }

  /// How much longer the server wants no requests. Bounded by what it asked for, in case the device's clock was set
  /// back.
  Duration get _remainingWait => switch (_requestedWait) {
    null => Duration.zero,
    (:final until, :final asked) => switch (until.difference(clock.now())) {
      final left when left < asked => left,
      _ => asked,
    },
  };

  /// Shows the status between runs after a success.
  void _showStatusBetweenRuns() => _status.value = _statusBetweenRuns();

  WeightSyncStatus _statusBetweenRuns() => switch (_authentication.state.value) {
    SignedOut() => const SyncOff(),
    SignInExpired() => SyncNeedsSignIn(pending: _pending),
    // First: only here can they be answered, whereas the list marks a refused entry.
    SignedIn() when _task.conflicts.value > 0 => SyncConflictWaiting(count: _task.conflicts.value, pending: _pending),
    SignedIn() when _task.refusedCount > 0 => SyncStalled(
      failure: SyncFailure(SyncFailureKind.entriesRefused, count: _task.refusedCount),
      pending: _pending,
    ),
    SignedIn() when _task.unreadCount > 0 => SyncStalled(
      failure: SyncFailure(SyncFailureKind.newerData, count: _task.unreadCount),
      pending: _pending,
    ),
    SignedIn() => SyncIdle(pending: _pending),
  };

  /// Updates the pending count and keeps the rest of the status.
  void _showPending() => _status.value = switch (_status.value) {
    SyncOffline(:final nextTry) => SyncOffline(pending: _pending, nextTry: nextTry),
    SyncRetrying(:final failure, :final nextTry) => SyncRetrying(failure: failure, pending: _pending, nextTry: nextTry),
    SyncStalled(:final failure) when failure.count == null => SyncStalled(failure: failure, pending: _pending),
    _ => _statusBetweenRuns(),
  };

  /// Text for support: states, counts, times and the last events; no weights and no tokens.
  String report() => [
    'weight_sync report of ${clock.now().toUtc().toIso8601String()}',
    'signed in: ${_authentication.state.value.runtimeType}',
    'status: ${_status.value.runtimeType}',
    'pending: $_pending, refused: ${_task.refusedCount}, unread: ${_task.unreadCount}, '
        'conflicts: ${_task.conflicts.value}',
    'last in sync: ${_lastSync.value?.toIso8601String() ?? 'never'}',
    'failures in a row: ${_backOff.failures}',
    ..._log.lines,
  ].join('\n');

  /// Stops listening and waits for the run in progress.
  Future<void> dispose() async {
    _isDisposed = true;
    _timer?.cancel();
    _authentication.state.removeListener(_onAuthentication);
    _task.pending.removeListener(_onPending);
    _task.edits.removeListener(_onEdit);
    _task.conflicts.removeListener(_onConflicts);
    for (final subscription in _subscriptions) {
      await subscription.cancel();
    }
    await _run;
  }
}
