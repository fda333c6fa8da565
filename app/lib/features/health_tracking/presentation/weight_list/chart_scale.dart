import 'dart:math' as math;

import 'package:meta/meta.dart';

/// Maps times and weights to 0..1, with round numbers for the axis.
@immutable
final class ChartScale {
  const ChartScale._(this.first, this.last, this.least, this.step, this.lines);

  /// A scale for measurements from [first] to [last], in milliseconds since 1970, and weights from [low] to [high].
  factory ChartScale.between({required int first, required int last, required double low, required double high}) {
    final isFlat = low == high;
    final step = isFlat ? 1.0 : _roundStep((high - low) / 3);
    // Equal weights are drawn in the middle, not at the bottom.
    final bottom = math.max((low / step).floor() - (isFlat ? 1 : 0), 0);
    final top = math.max((high / step).ceil(), bottom + (isFlat ? 2 : 1));
    return ChartScale._(first, last, bottom * step, step, top - bottom);
  }

  /// 0.1, 0.2, 0.5, 1, 2, 5, 10 …
  static double _roundStep(double atLeast) {
    if (atLeast <= 0.1) return 0.1;
    final power = math.pow(10, (math.log(atLeast) / math.ln10).floor()).toDouble();
    for (final factor in const [1, 2, 5]) {
      if (factor * power >= atLeast) return factor * power;
    }
    return 10 * power;
  }

  /// The earliest measurement, in milliseconds since 1970.
  final int first;

  /// The latest measurement, in milliseconds since 1970.
  final int last;

  /// The weight of the lowest line.
  final double least;

  /// The distance between two lines.
  final double step;

  /// The number of steps between the lowest and the highest line.
  final int lines;

  /// The weights of the lines, in ascending order.
  List<double> get ticks => [for (var i = 0; i <= lines; i++) least + i * step];

  /// The horizontal position of a time; 0 is the earliest.
  double x(DateTime moment) => last == first ? 0.5 : (moment.millisecondsSinceEpoch - first) / (last - first);

  /// The vertical position of a weight; 0 is the lowest line.
  double y(double weight) => (weight - least) / (lines * step);

  /// Whether the period is too long for labels with days.
  bool get isLong => last - first > const Duration(days: 300).inMilliseconds;
}
