import 'package:meta/meta.dart';

import 'user.dart';

/// Who uses the app.
@immutable
sealed class AuthenticationState {
  const AuthenticationState();

  /// Whose data is shown; null when nobody's is.
  User? get user => null;
}

/// Nobody is signed in.
final class SignedOut extends AuthenticationState {
  /// Nobody; [accountWasDeleted] when the server said that the account is no more, and local data was erased.
  const SignedOut({this.accountWasDeleted = false});

  /// Whether people should be told that their account was deleted.
  final bool accountWasDeleted;

  @override
  bool operator ==(Object other) => other is SignedOut && other.accountWasDeleted == accountWasDeleted;

  @override
  int get hashCode => accountWasDeleted.hashCode;
}

/// Somebody is signed in.
final class SignedIn extends AuthenticationState {
  /// [user] is signed in.
  const SignedIn(this.user);

  @override
  final User user;

  @override
  bool operator ==(Object other) => other is SignedIn && other.user == user;

  @override
  int get hashCode => user.hashCode;
}

/// The server has refused the session: data is shown and can be edited, but nothing is sent until the user signs in.
final class SignInExpired extends AuthenticationState {
  /// [user] must sign in again.
  const SignInExpired(this.user);

  @override
  final User user;

  @override
  bool operator ==(Object other) => other is SignInExpired && other.user == user;

  @override
  int get hashCode => Object.hash(user, 'expired');
}
