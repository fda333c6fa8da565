import 'dart:math';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

void main() {
  test('waits grow to the limit, are random, and start over after a success', () {
    final backOff = BackOff(random: Random(1));
    final waits = [for (var i = 0; i < 40; i++) backOff.next()];
    for (final (index, wait) in waits.indexed) {
      final seconds = index > 8 ? 900 : min(900, 4 << index);
      final whole = Duration(seconds: seconds);
      expect(wait >= whole ~/ 2 && wait <= whole, isTrue, reason: '$index: $wait');
    }
    expect(waits.skip(10).toSet().length, greaterThan(20));
    backOff.reset();
    expect(backOff.next() <= const Duration(seconds: 4), isTrue);
  });

  test('a wait is never shorter than the server asked for', () {
    final backOff = BackOff();
    final waits = [for (var i = 0; i < 20; i++) backOff.next(atLeast: const Duration(seconds: 60))];
    expect(waits.every((wait) => wait.inSeconds >= 60), isTrue);
  });

  test('clients that were asked for the same wait return at different times', () {
    const asked = Duration(seconds: 60);
    final waits = [for (var i = 0; i < 200; i++) BackOff(random: Random(i)).next(atLeast: asked).inSeconds]..sort();
    expect(waits.first, lessThan(63));
    expect(waits.last, inInclusiveRange(73, 80));
  });
}
