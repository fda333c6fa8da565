import '../api/api_failure.dart';
import '../api/field_problem.dart';
import '../storage/storage_failure.dart';

/// Thrown when signing in, registering or changing the account failed.
final class SignInFailure implements Exception {
  /// A failure of this [kind].
  const SignInFailure(this.kind, {this.problems = const [], this.retryAfter, this.detail = ''});

  /// Maps a failed request.
  factory SignInFailure.of(ApiFailure failure) => switch (failure) {
    Unreachable(:final detail) => SignInFailure(SignInFailureKind.unreachable, detail: detail),
    Refused(:final code, :final problems, :final retryAfter) => SignInFailure(
      _kinds[code] ?? SignInFailureKind.server,
      problems: problems,
      retryAfter: retryAfter,
      detail: code,
    ),
  };

  /// Maps an exception that does not come from a request.
  factory SignInFailure.odd(Exception thrown) =>
      SignInFailure(thrown is StorageFailure ? SignInFailureKind.storage : SignInFailureKind.server, detail: '$thrown');

  /// What the user is shown of what an action threw; null for an [Error], which is a bug.
  static SignInFailure? from(Object thrown) => switch (thrown) {
    final SignInFailure failure => failure,
    final Exception exception => SignInFailure.odd(exception),
    _ => null,
  };

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
    'invalid_code': SignInFailureKind.wrongCode,
    'mail_not_configured': SignInFailureKind.noMail,
    'managed_elsewhere': SignInFailureKind.managedElsewhere,
    'registration_closed': SignInFailureKind.registrationClosed,
    'validation_failed': SignInFailureKind.invalidFields,
    'rate_limited': SignInFailureKind.tooManyAttempts,
    'invalid_token': SignInFailureKind.sessionOver,
    'session_ended': SignInFailureKind.sessionOver,
    'unknown_user': SignInFailureKind.sessionOver,
    'account_gone': SignInFailureKind.sessionOver,
  };

  /// What the user is shown.
  final SignInFailureKind kind;

  /// The invalid fields, for [SignInFailureKind.invalidFields].
  final List<FieldProblem> problems;

  /// When to try again, for [SignInFailureKind.tooManyAttempts].
  final Duration? retryAfter;

  /// Text for the report.
  final String detail;

  @override
  String toString() => 'SignInFailure: ${kind.name} $detail';
}

/// Kinds of sign-in failure.
enum SignInFailureKind {
  /// Unknown address or wrong password; the server does not say which.
  wrongCredentials,

  /// The current password is wrong (when changing it or deleting the account).
  wrongPassword,

  /// The one-time code is wrong, used or too old.
  wrongCode,

  /// The server sends no mail: its operator has codes.
  noMail,

  /// The address already has an account.
  emailTaken,

  /// The server does not accept new accounts.
  registrationClosed,

  /// Google returned no token, or the server rejected it; a new token may work.
  googleFailed,

  /// The server does not support sign-in with Google, not from this app, or not at the moment.
  googleUnavailable,

  /// Google has not verified the address.
  googleUnverified,

  /// A different Google account was used before.
  googleDiffers,

  /// The account is managed by another service, which changes passwords and deletes accounts.
  managedElsewhere,

  /// The address or the password is not valid.
  invalidFields,

  /// Too many attempts; see `retryAfter`.
  tooManyAttempts,

  /// The session has ended: the user must sign in first.
  sessionOver,

  /// The server cannot be reached.
  unreachable,

  /// The device cannot store the session or the user's data: nobody is signed in.
  storage,

  /// The server failed, or is too old for this app.
  server,
}
