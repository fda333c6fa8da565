import 'package:meta/meta.dart';

/// Weights on this device that were recorded without the signed-in user's account, and can be added to it.
@immutable
final class AdoptionOffer {
  /// An offer of [count] weights.
  const AdoptionOffer({required this.count, required this.needsAnswer, this.waitsForAccount = false});

  /// How many weights the account lacks; all of them while it [waitsForAccount].
  final int count;

  /// Whether to ask the user now: the account has weights of its own or the weights were another user's, and the user has
  /// not decided to keep them apart.
  final bool needsAnswer;

  /// Whether the account has not been loaded yet. Then the weights are added, or the user is asked.
  final bool waitsForAccount;

  @override
  bool operator ==(Object other) =>
      other is AdoptionOffer &&
      other.count == count &&
      other.needsAnswer == needsAnswer &&
      other.waitsForAccount == waitsForAccount;

  @override
  int get hashCode => Object.hash(count, needsAnswer, waitsForAccount);
}
