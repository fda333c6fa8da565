import '../api/api_failure.dart';
import '../api/field_problem.dart';
import '../storage/storage_failure.dart';

/// Thrown when signing in, registering or changing the account did not work.
final class SignInFailure implements Exception {
  /// Of that [kind].
  const SignInFailure(this.kind, {this.problems = const [], this.retryAfter, this.detail = ''});

  /// As people are told of [failure].
  factory SignInFailure.of(ApiFailure failure) => switch (failure) {
    Unreachable(:final detail) => SignInFailure(SignInFailureKind.unreachable, detail: detail),
    Refused(:final code, :final problems, :final retryAfter) => SignInFailure(
      _kinds[code] ?? SignInFailureKind.server,
      problems: problems,
      retryAfter: retryAfter,
      detail: code,
    ),
  };

  /// As people are told of what is none of the server's doing.
  factory SignInFailure.odd(Exception thrown) =>
      SignInFailure(thrown is StorageFailure ? SignInFailureKind.storage : SignInFailureKind.server, detail: '$thrown');

  static const _kinds = {
    'invalid_credentials': SignInFailureKind.wrongCredentials,
    'invalid_id_token': SignInFailureKind.googleFailed,
    'id_token_expired': SignInFailureKind.googleFailed,
    'id_token_not_fresh': SignInFailureKind.googleFailed,
    'unknown_google_key': SignInFailureKind.googleFailed,
    'google_keys_expired': SignInFailureKind.googleUnavailable,
    'google_not_configured': SignInFailureKind.googleUnavailable,
    'wrong_audience': SignInFailureKind.googleUnavailable,
    'email_not_verified': SignInFailureKind.googleUnverified,
    'google_account_differs': SignInFailureKind.googleDiffers,
    'wrong_google_account': SignInFailureKind.googleDiffers,
    'wrong_password': SignInFailureKind.wrongPassword,
    'email_taken': SignInFailureKind.emailTaken,
    'managed_elsewhere': SignInFailureKind.managedElsewhere,
    'registration_closed': SignInFailureKind.registrationClosed,
    'validation_failed': SignInFailureKind.invalidFields,
    'rate_limited': SignInFailureKind.tooManyAttempts,
    'invalid_token': SignInFailureKind.sessionOver,
    'session_ended': SignInFailureKind.sessionOver,
    'unknown_user': SignInFailureKind.sessionOver,
    'account_gone': SignInFailureKind.sessionOver,
  };

  /// What people are told.
  final SignInFailureKind kind;

  /// Wrong fields, for [SignInFailureKind.invalidFields].
  final List<FieldProblem> problems;

  /// When to try again, for [SignInFailureKind.tooManyAttempts].
  final Duration? retryAfter;

  /// For a report.
  final String detail;

  @override
  String toString() => 'SignInFailure: ${kind.name} $detail';
}

/// Why signing in did not work.
enum SignInFailureKind {
  /// Unknown address or wrong password; the server does not say which.
  wrongCredentials,

  /// The current password is wrong (changing it, deleting the account).
  wrongPassword,

  /// The address has an account already.
  emailTaken,

  /// The server makes no new accounts.
  registrationClosed,

  /// Google gave no token, or one that the server does not take any more: another one may do.
  googleFailed,

  /// The server takes no sign-in with Google, or not now, or not from this app.
  googleUnavailable,

  /// Google has not verified the address.
  googleUnverified,

  /// It was another Google account that was used before.
  googleDiffers,

  /// The account belongs to another service, which changes passwords and deletes accounts.
  managedElsewhere,

  /// Address or password are not of the form the server takes.
  invalidFields,

  /// Too many attempts; see `retryAfter`.
  tooManyAttempts,

  /// The session is over: the user must sign in first.
  sessionOver,

  /// The server cannot be reached.
  unreachable,

  /// The device cannot store what it needs for the session: nobody is signed in.
  storage,

  /// The server has trouble of its own, or is too old for this.
  server,
}
