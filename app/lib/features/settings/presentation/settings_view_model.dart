import 'package:flutter/foundation.dart';

import '../../../core/auth/authentication_service.dart';
import '../../../core/auth/authentication_state.dart';
import '../../../core/auth/google_id_tokens.dart';
import '../../../core/auth/sign_in_failure.dart';
import '../../../core/auth/sign_out_outcome.dart';
import '../../../core/auth/unsent_edits.dart';
import '../../../core/presentation/view_model.dart';
import '../../../core/sync/sync_manager.dart';
import '../../health_tracking/data/repositories/preferences.dart';
import '../../health_tracking/data/repositories/weight_repository.dart';
import '../../health_tracking/domain/server_limits.dart';
import '../../health_tracking/domain/weight_unit.dart';

/// Sync by hand, the unit and the account.
class SettingsViewModel extends ViewModel {
  /// Of whoever [_authentication] says is signed in.
  SettingsViewModel(this._authentication, this._weights, this.sync, this._preferences, {GoogleIdTokens? google})
    : _google = google {
    for (final watched in _watched) {
      watched.addListener(notifyListeners);
    }
  }

  final AuthenticationService _authentication;
  final WeightRepository _weights;
  final Preferences _preferences;
  final GoogleIdTokens? _google;

  /// How sync stands.
  final SyncManager sync;

  List<Listenable> get _watched => [
    sync.status,
    sync.lastSync,
    _weights.pendingCount,
    _weights.conflicts,
    _preferences.unit,
    _authentication.state,
  ];

  /// Who is signed in.
  String get email => _authentication.state.value.user?.email ?? '';

  /// Whether the session is over.
  bool get needsSignIn => _authentication.state.value is SignInExpired;

  /// When everything was last in step.
  DateTime? get lastSync => sync.lastSync.value;

  /// Edits that wait.
  int get pending => _weights.pendingCount.value;

  /// Conflicts that wait.
  int get conflicts => _weights.conflicts.value.length;

  /// What the server accepts.
  ServerLimits get limits => _weights.limits.value;

  /// In which weights are shown.
  WeightUnit get unit => _preferences.unit.value;

  /// Chooses the unit.
  Future<void> setUnit(WeightUnit unit) => _preferences.setUnit(unit);

  /// For whoever helps with a problem.
  String get report => [
    sync.report(),
    'shown in: ${unit.code}',
    'server version: ${limits.serverVersion ?? 'unknown'}',
    if (_weights.damagedCopy.value case final copy?) 'damaged data was put aside: $copy',
  ].join('\n');

  /// Signs out; how many edits are unsent when that needs a decision, else null.
  Future<int?> signOut({UnsentEdits unsent = UnsentEdits.refuse}) async =>
      switch (await _authentication.signOut(unsent: unsent)) {
        SignOutNeedsDecision(:final unsentCount) => unsentCount,
        SignOutDone() => null,
      };

  /// Changes the password; what went wrong, or null.
  Future<SignInFailure?> changePassword(String current, String replacement) =>
      _failureOf(() => _authentication.changePassword(current: current, replacement: replacement));

  /// Deletes the account; what went wrong, or null.
  Future<SignInFailure?> deleteAccount(String password) =>
      _failureOf(() => _authentication.deleteAccount(password: password));

  /// Whether somebody who has no password can show with Google who they are.
  bool get hasGoogle => _google != null && limits.googleClientIds.isNotEmpty;

  /// The same for who signs in with Google; what went wrong, or null, also when they changed their mind.
  Future<SignInFailure?> deleteAccountWithGoogle() => _failureOf(() async {
    final token = await _idToken();
    if (token != null) await _authentication.deleteGoogleAccount(token);
  });

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
