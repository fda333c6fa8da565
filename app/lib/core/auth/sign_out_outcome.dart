import 'package:meta/meta.dart';

/// The result of signing out.
@immutable
sealed class SignOutOutcome {
  const SignOutOutcome();
}

/// The user is signed out.
final class SignOutDone extends SignOutOutcome {
  /// Signed out.
  const SignOutDone();
}

/// There are unsent edits and the caller did not decide about them: the user is still signed in.
final class SignOutNeedsDecision extends SignOutOutcome {
  /// [unsentCount] entries have unsent edits.
  const SignOutNeedsDecision(this.unsentCount);

  /// How many entries have edits that would be lost.
  final int unsentCount;
}
