import 'package:clock/clock.dart';

/// How far back the chart looks.
enum ChartRange {
  /// One month.
  month(31),

  /// Three months.
  quarter(92),

  /// One year.
  year(366),

  /// Everything.
  all(null);

  const ChartRange(this._days);

  final int? _days;

  /// The first moment of it; null for everything.
  DateTime? get start => _days == null ? null : clock.now().subtract(Duration(days: _days));
}
