import '../api/api_failure.dart';
import '../api/field_problem.dart';

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

  static const _kinds = {
    'invalid_credentials': SignInFailureKind.wrongCredentials,
    'invalid_id_token': SignInFailureKind.wrongCredentials,
    'id_token_expired': SignInFailureKind.wrongCredentials,
    'wrong_google_account': SignInFailureKind.wrongPassword,
    'wrong_password': SignInFailureKind.wrongPassword,
    'email_taken': SignInFailureKind.emailTaken,
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

  /// Address or password are not of the form the server takes.
  invalidFields,

  /// Too many attempts; see `retryAfter`.
  tooManyAttempts,

  /// The session is over: the user must sign in first.
  sessionOver,

  /// The server cannot be reached.
  unreachable,

  /// The server has trouble of its own, or is too old for this.
  server,
}
