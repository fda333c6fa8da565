import 'dart:math';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/state/sorted_pages.dart';

void main() {
  final empty = SortedPages<int>((a, b) => a.compareTo(b));

  test('it is a sorted list after any changes, and the lists before them stay as they were', () {
    final random = Random(20261129);
    final expected = <int>{};
    var list = empty;
    for (var step = 0; step < 100; step++) {
      final most = [1, 10, 400][random.nextInt(3)];
      final gone = [
        for (final number in expected)
          if (random.nextInt(3 * expected.length) < most) number,
      ];
      final kept = expected.difference(gone.toSet());
      final added = {for (var i = random.nextInt(most + 1); i > 0; i--) random.nextInt(100000)}.difference(kept);
      final (before, copy) = (list, [...list]);
      list = list.change(gone: gone..sort(), added: added.toList()..sort());
      expected
        ..removeAll(gone)
        ..addAll(added);
      final sorted = expected.toList()..sort();
      expect(before, copy);
      expect([...list], sorted);
      expect([for (var i = 0; i < list.length; i++) list[i]], sorted);
      expect(list.reversed, sorted.reversed);
    }
    expect(list.length, greaterThan(1000), reason: 'many pages');
    list = list.change(gone: list, added: const []);
    expect(list, isEmpty);
    expect(list.change(gone: const [], added: [1]), [1]);
  });

  test('it has no element outside its range, and cannot be modified', () {
    final list = empty.change(gone: const [], added: [1, 2, 3]);
    expect(() => list[3], throwsRangeError);
    expect(() => list[-1], throwsRangeError);
    expect(() => empty[0], throwsRangeError);
    expect(() => list[0] = 9, throwsUnsupportedError);
    expect(() => list.add(4), throwsUnsupportedError);
    expect(list.clear, throwsUnsupportedError);
    expect(list, [1, 2, 3]);
  });
}
