import 'package:flutter/foundation.dart';

import '../../../core/auth/authentication_service.dart';
import '../../../core/auth/authentication_state.dart';
import '../../../core/auth/data_on_device.dart';
import '../../../core/auth/google_id_tokens.dart';
import '../../../core/auth/host_account.dart';
import '../../../core/auth/sign_in_failure.dart';
import '../../../core/presentation/view_model.dart';
import '../../../core/state/watched.dart';
import '../../../core/sync/sync_manager.dart';
import '../../health_tracking/data/repositories/weight_preferences.dart';
import '../../health_tracking/data/repositories/weight_repository.dart';
import '../../health_tracking/domain/server_limits.dart';
import '../../health_tracking/domain/weight_unit.dart';

/// State and actions of the settings.
class SettingsViewModel extends ViewModel {
  /// Settings of the person who uses the app. Either [authentication] signs users in, or the app itself does, whose
  /// account is [host].
  SettingsViewModel(
    this._state,
    this._weights,
    this.sync,
    this._preferences, {
    AuthenticationService? authentication,
    this.host,
    GoogleIdTokens? google,
  }) : _authentication = authentication,
       _google = google {
    for (final watched in _watched) {
      watched.addListener(notifyListeners);
    }
  }

  final Watched<AuthenticationState> _state;
  final AuthenticationService? _authentication;
  final WeightRepository _weights;
  final WeightPreferences _preferences;
  final GoogleIdTokens? _google;

  /// Supplies the sync status.
  final SyncManager sync;

  /// The account of an app that signs in itself; null if the package does.
  final HostAccount? host;

  List<Listenable> get _watched => [
    sync.status,
    sync.lastSync,
    sync.pending,
    _weights.conflicts,
    _weights.adoption,
    _preferences.unit,
    _state,
  ];

  AuthenticationService get _service => _authentication ?? (throw StateError('the app signs in itself'));

  /// The signed-in user's address; empty if it is not known.
  String get email => _state.value.user?.email ?? '';

  /// Whether nobody is signed in.
  bool get isSignedOut => _state.value is SignedOut;

  /// Whether the session has ended.
  bool get needsSignIn => _state.value is SignInExpired;

  /// Number of weights on this device that can be added to the account.
  int get apart => _weights.adoption.value?.count ?? 0;

  /// Adds them.
  Future<void> adopt() => _weights.adopt();

  /// When everything was last in sync.
  DateTime? get lastSync => sync.lastSync.value;

  /// Number of entries with edits waiting, other data than weights included.
  int get pending => sync.pending.value;

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
    if (_weights.lostByServer.value case final lost when lost > 0) 'lost by the server and offered again: $lost',
  ].join('\n');

  /// Signs out; [data] says what becomes of the weights on this device.
  Future<void> signOut(DataOnDevice data) => _service.signOut(data: data);

  /// Changes the password. Throws a [SignInFailure].
  Future<void> changePassword(String current, String replacement) =>
      _service.changePassword(current: current, replacement: replacement);

  /// Deletes the account and returns true. Throws a [SignInFailure].
  Future<bool> deleteAccount(String password) async {
    await _service.deleteAccount(password: password);
    return true;
  }

  /// Whether an account without a password can be deleted by confirming with Google.
  bool get hasGoogle => _google != null && limits.googleClientIds.isNotEmpty;

  /// Deletes the account after confirmation with Google and returns true; false if the user cancels there. Throws a
  /// [SignInFailure].
  Future<bool> deleteAccountWithGoogle() async {
    final token = await _google!.askOrFail(limits.googleClientIds);
    if (token == null) return false;
    await _service.deleteGoogleAccount(token);
    return true;
  }

  @override
  void dispose() {
    for (final watched in _watched) {
      watched.removeListener(notifyListeners);
    }
    super.dispose();
  }
}
