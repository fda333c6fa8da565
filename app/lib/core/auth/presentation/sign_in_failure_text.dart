import '../../../l10n/words.dart';
import '../sign_in_failure.dart';

/// A [failure] in people's words.
String signInFailureText(SignInFailure failure, Words words) => switch (failure.kind) {
  SignInFailureKind.wrongCredentials => words.wrongCredentials,
  SignInFailureKind.wrongPassword => words.wrongPassword,
  SignInFailureKind.emailTaken => words.emailTaken,
  SignInFailureKind.registrationClosed => words.registrationClosed,
  SignInFailureKind.invalidFields => words.invalidFields,
  SignInFailureKind.tooManyAttempts => words.tooManyAttempts(failure.retryAfter?.inSeconds ?? 60),
  SignInFailureKind.sessionOver => words.sessionOver,
  SignInFailureKind.unreachable => words.serverUnreachable,
  SignInFailureKind.server => words.serverTrouble,
};
