import 'package:flutter/widgets.dart';

import '../../../../core/state/leading_count.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import 'entry_row.dart';

/// The rows of the list by entry key. A row whose content has not changed stays the same widget, so Flutter does not build
/// it again.
final class RowCache {
  /// Creates rows with [_build].
  RowCache(this._build);

  final Widget Function(EntryRowContent content) _build;
  final _rows = <String, ({EntryRowContent content, Widget row})>{};

  /// More than are on a screen.
  static const _most = 200;

  /// The row of the entry at [index] of [entries].
  Widget rowAt(List<WeightEntry> entries, int index, WeightUnit unit) {
    final entry = entries[index];
    final content = (
      entry: entry,
      before: index + 1 < entries.length ? entries[index + 1].weight : null,
      unit: unit,
      headsMonth: index == 0 || !_isSameMonth(entries[index - 1].timestamp, entry.timestamp),
    );
    final known = _rows[entry.key];
    if (known != null && known.content == content) return known.row;
    if (_rows.length >= _most) _rows.clear();
    final row = _build(content);
    _rows[entry.key] = (content: content, row: row);
    return row;
  }

  /// Where the row of the entry [key] is now in [entries]; null if it is gone or has another time.
  int? indexOf(String key, List<WeightEntry> entries) {
    final entry = _rows[key]?.content.entry;
    if (entry == null) return null;
    var index = leadingCount(entries, (other) => other.timestamp.isAfter(entry.timestamp));
    while (index < entries.length && entries[index].timestamp == entry.timestamp) {
      if (entries[index].key == key) return index;
      index++;
    }
    return null;
  }

  static bool _isSameMonth(DateTime a, DateTime b) {
    final (x, y) = (a.toLocal(), b.toLocal());
    return x.year == y.year && x.month == y.month;
  }
}
