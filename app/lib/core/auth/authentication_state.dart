import 'package:meta/meta.dart';

import 'weight_sync_user.dart';

/// Who is signed in.
@immutable
sealed class AuthenticationState {
  const AuthenticationState();

  /// The user whose data is shown; null when signed out.
  WeightSyncUser? get user => null;
}

/// Nobody is signed in.
final class SignedOut extends AuthenticationState {
  /// Signed out; [accountWasDeleted] if the server reported the account deleted and the local data was erased.
  const SignedOut({this.accountWasDeleted = false});

  /// Whether to tell the user that the account was deleted.
  final bool accountWasDeleted;

  @override
  bool operator ==(Object other) => other is SignedOut && other.accountWasDeleted == accountWasDeleted;

  @override
  int get hashCode => accountWasDeleted.hashCode;
}

/// A user is signed in.
final class SignedIn extends AuthenticationState {
  /// [user] is signed in.
  const SignedIn(this.user);

  @override
  final WeightSyncUser user;

  @override
  bool operator ==(Object other) => other is SignedIn && other.user == user;

  @override
  int get hashCode => user.hashCode;
}

/// The server has rejected the session. The data is shown and can be edited, but nothing is sent until the user signs
/// in again.
final class SignInExpired extends AuthenticationState {
  /// [user] must sign in again.
  const SignInExpired(this.user);

  @override
  final WeightSyncUser user;

  @override
  bool operator ==(Object other) => other is SignInExpired && other.user == user;

  @override
  int get hashCode => Object.hash(user, 'expired');
}
