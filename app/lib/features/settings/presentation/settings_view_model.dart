import 'package:flutter/foundation.dart';

import '../../../core/auth/authentication_service.dart';
import '../../../core/auth/authentication_state.dart';
import '../../../core/auth/google_id_tokens.dart';
import '../../../core/auth/sign_in_failure.dart';
import '../../../core/auth/sign_out_outcome.dart';
import '../../../core/auth/unsent_edits.dart';
import '../../../core/presentation/view_model.dart';
import '../../../core/sync/sync_manager.dart';
import '../../health_tracking/data/repositories/weight_preferences.dart';
import '../../health_tracking/data/repositories/weight_repository.dart';
import '../../health_tracking/domain/server_limits.dart';
import '../../health_tracking/domain/weight_unit.dart';

/// State and actions of the settings.
class SettingsViewModel extends ViewModel {
  /// Settings of the user who is signed in at [_authentication].
  SettingsViewModel(this._authentication, this._weights, this.sync, this._preferences, {GoogleIdTokens? google})
    : _google = google {
    for (final watched in _watched) {
      watched.addListener(notifyListeners);
    }
  }

  final AuthenticationService _authentication;
  final WeightRepository _weights;
  final WeightPreferences _preferences;
  final GoogleIdTokens? _google;

  /// Supplies the sync status.
  final SyncManager sync;

  List<Listenable> get _watched => [
    sync.status,
    sync.lastSync,
    _weights.pendingCount,
    _weights.conflicts,
    _preferences.unit,
    _authentication.state,
  ];

  /// The signed-in user's address.
  String get email => _authentication.state.value.user?.email ?? '';

  /// Whether the session has ended.
  bool get needsSignIn => _authentication.state.value is SignInExpired;

  /// When everything was last in sync.
  DateTime? get lastSync => sync.lastSync.value;

  /// Number of entries with edits waiting.
  int get pending => _weights.pendingCount.value;

  /// Number of conflicts without an answer.
  int get conflicts => _weights.conflicts.value.length;

  /// The server's limits.
  ServerLimits get limits => _weights.limits.value;

  /// The unit for showing weights.
  WeightUnit get unit => _preferences.unit.value;

  /// Sets the unit.
  Future<void> setUnit(WeightUnit unit) => _preferences.setUnit(unit);

  /// The report for support.
  String get report => [
    sync.report(),
    'shown in: ${unit.code}',
    'server version: ${limits.serverVersion ?? 'unknown'}',
    if (_weights.damagedCopy.value case final copy?) 'copy of damaged data: $copy',
  ].join('\n');

  /// Signs out; returns the number of unsent edits if the user has to decide about them, otherwise null.
  Future<int?> signOut({UnsentEdits unsent = UnsentEdits.refuse}) async =>
      switch (await _authentication.signOut(unsent: unsent)) {
        SignOutNeedsDecision(:final unsentCount) => unsentCount,
        SignOutDone() => null,
      };

  /// Changes the password; returns the failure, or null.
  Future<SignInFailure?> changePassword(String current, String replacement) =>
      _failureOf(() => _authentication.changePassword(current: current, replacement: replacement));

  /// Deletes the account; returns whether it is deleted, and otherwise the failure.
  Future<({bool isDeleted, SignInFailure? failure})> deleteAccount(String password) async {
    final failure = await _failureOf(() => _authentication.deleteAccount(password: password));
    return (isDeleted: failure == null, failure: failure);
  }

  /// Whether an account without a password can be deleted by confirming with Google.
  bool get hasGoogle => _google != null && limits.googleClientIds.isNotEmpty;

  /// Deletes the account after confirmation with Google; returns whether it is deleted, and the failure. A user who
  /// cancels at Google gets neither.
  Future<({bool isDeleted, SignInFailure? failure})> deleteAccountWithGoogle() async {
    var isDeleted = false;
    final failure = await _failureOf(() async {
      final token = await _idToken();
      if (token == null) return;
      await _authentication.deleteGoogleAccount(token);
      isDeleted = true;
    });
    return (isDeleted: isDeleted, failure: failure);
  }

  Future<String?> _idToken() async {
    try {
      return await _google!.ask(limits.googleClientIds);
    } on Object catch (thrown) {
      throw SignInFailure(SignInFailureKind.googleFailed, detail: '${thrown.runtimeType}');
    }
  }

  Future<SignInFailure?> _failureOf(Future<void> Function() action) async {
    try {
      await action();
      return null;
    } on SignInFailure catch (failure) {
      return failure;
    } on Exception catch (thrown) {
      return SignInFailure.odd(thrown);
    }
  }

  @override
  void dispose() {
    for (final watched in _watched) {
      watched.removeListener(notifyListeners);
    }
    super.dispose();
  }
}
