import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/domain/live_totals.dart';
import 'package:weight_sync/weight_sync.dart';

void main() {
  EntryVersion kilograms(double value) => EntryVersion(
    weight: Weight(value, WeightUnit.kg),
    timestamp: DateTime.utc(2026, 1, 6, 20, 30),
    editedAt: DateTime.utc(2026, 1, 7),
  );
  final first = LiveTotals.of('0199e1a0-0000-7000-8000-000000000001', kilograms(75.5));
  final second = LiveTotals.of('0199e1a0-0000-7000-8000-000000000002', kilograms(70));

  test('the example of docs/PROTOCOL.md has the documented hash', () {
    expect(first, LiveTotals.read({'count': 1, 'hash': 'e78dbed9927e5fbb'}));
    expect(second + first, LiveTotals.read({'count': 2, 'hash': '393955ed064ab85d'}));
  });

  test('a deletion counts as nothing, and the same difference stays the same', () {
    final deleted = LiveTotals.of('x', EntryVersion.deleted(editedAt: DateTime.utc(2026)));
    expect(deleted, LiveTotals.none);
    expect((first + second) - first, (second + second + second) - (second + second));
    expect('${LiveTotals.none - first}', '-1 e78dbed9927e5fbb');
  });

  test('what is not in the documented form counts as absent', () {
    for (final json in [
      null,
      {'count': 1},
      {'count': '1', 'hash': 'e78dbed9927e5fbb'},
      {'count': 1, 'hash': 'e78dbed9927e5fb'},
      {'count': 1, 'hash': 'e78dbed9927e5fbg'},
    ]) {
      expect(LiveTotals.read(json), isNull, reason: '$json');
    }
  });
}
