import 'dart:math';

/// Exponential back-off with jitter, so that devices do not all return to a server at the same moment.
final class BackOff {
  /// Waits of at most [first] after the first failure, doubling up to [longest].
  BackOff({this.first = const Duration(seconds: 4), this.longest = const Duration(minutes: 15), Random? random})
    : _random = random ?? Random();

  /// The longest wait after the first failure.
  final Duration first;

  /// The longest wait.
  final Duration longest;

  final Random _random;
  int _failures = 0;

  /// Failures since the last success.
  int get failures => _failures;

  /// The wait after another failure; at least [atLeast], which is what the server asked for.
  Duration next({Duration? atLeast}) {
    final whole = first * pow(2, min(_failures, 20)).toInt();
    _failures++;
    final bounded = whole > longest ? longest : whole;
    // Half fixed, half random: never zero.
    final wait = bounded ~/ 2 + bounded * (_random.nextDouble() / 2);
    // The server asked all clients for the same wait; the random part spreads them out.
    return atLeast == null || wait > atLeast ? wait : atLeast + (atLeast + bounded) ~/ 4 * _random.nextDouble();
  }

  /// Call after a success.
  void reset() => _failures = 0;
}
