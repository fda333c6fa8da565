import 'package:clock/clock.dart';

/// The period that the chart shows.
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

  /// The start of the period; null for everything.
  DateTime? get start => _days == null ? null : clock.now().subtract(Duration(days: _days));
}
