import 'package:meta/meta.dart';

import '../../../../core/state/leading_count.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import 'chart_scale.dart';

/// What a chart needs to know about its entries, computed once and not for every frame.
@immutable
final class ChartData {
  const ChartData._(this.entries, this.unit, this.scale, this.lowest, this.highest);

  /// Data of [entries], newest first and at least one, in [unit].
  factory ChartData.of(List<WeightEntry> entries, WeightUnit unit) {
    var (lowest, highest) = (entries.first, entries.first);
    var low = lowest.weight.valueIn(unit);
    var high = low;
    for (final entry in entries) {
      final value = entry.weight.valueIn(unit);
      if (value < low) (lowest, low) = (entry, value);
      if (value > high) (highest, high) = (entry, value);
    }
    final scale = ChartScale.between(
      first: entries.last.timestamp.millisecondsSinceEpoch,
      last: entries.first.timestamp.millisecondsSinceEpoch,
      low: low,
      high: high,
    );
    return ChartData._(entries, unit, scale, lowest, highest);
  }

  /// The entries, newest first.
  final List<WeightEntry> entries;

  /// The unit of the axis.
  final WeightUnit unit;

  /// Maps times and weights to 0..1.
  final ChartScale scale;

  /// The entry with the lowest weight.
  final WeightEntry lowest;

  /// The entry with the highest weight.
  final WeightEntry highest;

  /// The entry nearest to [x] of the [scale], by binary search.
  WeightEntry nearestTo(double x) {
    final after = leadingCount(entries, (entry) => scale.x(entry.timestamp) > x);
    if (after == 0) return entries.first;
    if (after == entries.length) return entries.last;
    final (newer, older) = (entries[after - 1], entries[after]);
    return scale.x(newer.timestamp) - x < x - scale.x(older.timestamp) ? newer : older;
  }
}
