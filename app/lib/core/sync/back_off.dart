import 'dart:math';

/// How long to wait before the next try: twice as long each time, up to a limit, and by chance shorter, so that not all
/// devices come back to a server at the same moment.
final class BackOff {
  /// Between [first] and [longest].
  BackOff({this.first = const Duration(seconds: 4), this.longest = const Duration(minutes: 15), Random? random})
    : _random = random ?? Random();

  /// The longest wait after the first failure.
  final Duration first;

  /// The longest wait at all.
  final Duration longest;

  final Random _random;
  int _failures = 0;

  /// Failures since the last success.
  int get failures => _failures;

  /// The wait after one more failure; never shorter than the server asked for.
  Duration next({Duration? atLeast}) {
    final whole = first * pow(2, min(_failures, 20)).toInt();
    _failures++;
    final bounded = whole > longest ? longest : whole;
    // Half of it by chance: a wait of nothing would be no wait.
    final wait = bounded ~/ 2 + bounded * (_random.nextDouble() / 2);
    // What the server asked of one it asked of all: they shall not come back together either.
    return atLeast == null || wait > atLeast ? wait : atLeast + (atLeast + bounded) ~/ 4 * _random.nextDouble();
  }

  /// It worked.
  void reset() => _failures = 0;
}
