import '../../../l10n/generated/weight_words.dart';
import '../sign_in_failure.dart';

/// The text shown to the user for [failure].
String signInFailureText(SignInFailure failure, WeightWords words) => switch (failure.kind) {
  SignInFailureKind.wrongCredentials => words.wrongCredentials,
  SignInFailureKind.wrongPassword => words.wrongPassword,
  SignInFailureKind.wrongCode => words.codeWrong,
  SignInFailureKind.noMail => words.codeByOperator,
  SignInFailureKind.emailTaken => words.emailTaken,
  SignInFailureKind.registrationClosed => words.registrationClosed,
  SignInFailureKind.googleFailed => words.googleFailed,
  SignInFailureKind.googleUnavailable => words.googleUnavailable,
  SignInFailureKind.googleUnverified => words.googleUnverified,
  SignInFailureKind.googleDiffers => words.googleDiffers,
  SignInFailureKind.managedElsewhere => words.managedElsewhere,
  SignInFailureKind.storage => words.storageTrouble,
  SignInFailureKind.invalidFields => words.invalidFields,
  SignInFailureKind.tooManyAttempts => words.tooManyAttempts(_minutes(failure.retryAfter)),
  SignInFailureKind.sessionOver => words.sessionOver,
  SignInFailureKind.unreachable => words.serverUnreachable,
  SignInFailureKind.server => words.serverTrouble,
};

/// Rounded up.
int _minutes(Duration? wait) =>
    ((wait ?? const Duration(minutes: 1)).inSeconds / Duration.secondsPerMinute).ceil().clamp(1, 24 * 60);
