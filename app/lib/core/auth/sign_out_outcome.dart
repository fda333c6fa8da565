import 'package:meta/meta.dart';

/// How signing out went.
@immutable
sealed class SignOutOutcome {
  const SignOutOutcome();
}

/// Nobody is signed in any more.
final class SignOutDone extends SignOutOutcome {
  /// Done.
  const SignOutDone();
}

/// There are unsent edits and nobody said what to do with them: the user is still signed in.
final class SignOutNeedsDecision extends SignOutOutcome {
  /// With so many of them.
  const SignOutNeedsDecision(this.unsentCount);

  /// Edits that would be lost.
  final int unsentCount;
}
