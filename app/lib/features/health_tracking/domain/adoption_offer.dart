import 'package:meta/meta.dart';

/// Weights on this device that were recorded without the signed-in user's account, and can be added to it.
@immutable
final class AdoptionOffer {
  /// An offer of [count] weights.
  const AdoptionOffer({required this.count, required this.needsAnswer});

  /// How many weights there are.
  final int count;

  /// Whether to ask the user now: the account has weights of its own or the weights were another user's, and the user has
  /// not decided to keep them apart.
  final bool needsAnswer;

  @override
  bool operator ==(Object other) => other is AdoptionOffer && other.count == count && other.needsAnswer == needsAnswer;

  @override
  int get hashCode => Object.hash(count, needsAnswer);
}
