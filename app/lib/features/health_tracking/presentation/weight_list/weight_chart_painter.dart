import 'package:flutter/material.dart';

import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import 'chart_scale.dart';

/// Draws the curve, the horizontal lines and the axis labels.
class WeightChartPainter extends CustomPainter {
  /// Draws [entries], newest first.
  WeightChartPainter({
    required this.entries,
    required this.unit,
    required this.colors,
    required this.style,
    required this.textScaler,
    required this.numberOf,
    required this.dayOf,
    required this.textDirection,
    this.chosen,
  });

  /// The entries to draw.
  final List<WeightEntry> entries;

  /// The unit of the axis.
  final WeightUnit unit;

  /// The colours of the theme.
  final ColorScheme colors;

  /// The style of the labels.
  final TextStyle style;

  /// The user's text scaling.
  final TextScaler textScaler;

  /// Formats a weight for the axis.
  final String Function(double) numberOf;

  /// Formats a date for the axis.
  final String Function(DateTime, {required bool isLong}) dayOf;

  /// The direction of the labels.
  final TextDirection textDirection;

  /// The entry that was tapped.
  final WeightEntry? chosen;

  /// The area of the curve; the labels are outside it.
  Rect areaOf(Size size) {
    final scale = ChartScale.of(entries, unit);
    final widest = scale.ticks.map((tick) => _text(numberOf(tick)).width).reduce((a, b) => a > b ? a : b);
    return Rect.fromLTRB(widest + 14, 10, size.width - 10, size.height - _text('0').height - 10);
  }

  TextPainter _text(String text) => TextPainter(
    text: TextSpan(text: text, style: style),
    textDirection: textDirection,
    textScaler: textScaler,
  )..layout();

  Offset _place(WeightEntry entry, ChartScale scale, Rect area) => Offset(
    area.left + scale.x(entry.timestamp) * area.width,
    area.bottom - scale.y(entry.weight.valueIn(unit)) * area.height,
  );

  @override
  void paint(Canvas canvas, Size size) {
    final scale = ChartScale.of(entries, unit);
    final area = areaOf(size);
    _paintAxes(canvas, size, scale, area);
    final places = thinned([for (final entry in entries.reversed) _place(entry, scale, area)], area.width);
    _paintCurve(canvas, places, area);
    _paintDots(canvas, places);
    if (chosen case final chosen? when entries.contains(chosen)) {
      final place = _place(chosen, scale, area);
      final line = Paint()
        ..color = colors.outline
        ..strokeWidth = 1;
      canvas
        ..drawLine(Offset(place.dx, area.top), Offset(place.dx, area.bottom), line)
        ..drawCircle(place, 7, Paint()..color = colors.surfaceContainerLow)
        ..drawCircle(place, 5.5, Paint()..color = colors.tertiary);
    }
  }

  /// Reduces [places], ordered from left to right, to what [width] can show: points closer than [_apart] are replaced
  /// by their mean. The last point is kept.
  @visibleForTesting
  static List<Offset> thinned(List<Offset> places, double width) {
    if (places.length <= width / _apart) return places;
    final means = <Offset>[];
    var group = <Offset>[];
    for (final place in places) {
      if (group.isNotEmpty && place.dx - group.first.dx >= _apart) {
        means.add(_mean(group));
        group = [];
      }
      group.add(place);
    }
    return [...means, if (group.length > 1) _mean(group.sublist(0, group.length - 1)), places.last];
  }

  static const _apart = 4.0;

  static Offset _mean(List<Offset> group) => group.reduce((a, b) => a + b) / group.length.toDouble();

  void _paintAxes(Canvas canvas, Size size, ChartScale scale, Rect area) {
    final line = Paint()
      ..color = colors.outlineVariant.withValues(alpha: 0.6)
      ..strokeWidth = 1;
    // Larger text leaves room for fewer labels.
    final room = area.height / (_text('0').height * 1.3);
    final every = (scale.lines / room).ceil().clamp(1, 100);
    for (final (i, tick) in scale.ticks.indexed) {
      if (i % every != 0) continue;
      final y = area.bottom - scale.y(tick) * area.height;
      final number = _text(numberOf(tick));
      canvas.drawLine(Offset(area.left, y), Offset(area.right, y), line);
      number.paint(canvas, Offset(area.left - 10 - number.width, y - number.height / 2));
    }
    if (scale.first == scale.last) {
      final day = _text(dayOf(entries.first.timestamp, isLong: false));
      day.paint(canvas, Offset(area.center.dx - day.width / 2, size.height - day.height));
      return;
    }
    final left = _text(dayOf(entries.last.timestamp, isLong: scale.isLong));
    final right = _text(dayOf(entries.first.timestamp, isLong: scale.isLong));
    left.paint(canvas, Offset(area.left, size.height - left.height));
    if (left.width + right.width + 16 < area.width) {
      right.paint(canvas, Offset(area.right - right.width, size.height - right.height));
    }
  }

  void _paintCurve(Canvas canvas, List<Offset> places, Rect area) {
    if (places.length < 2) return;
    final curve = Path()..moveTo(places.first.dx, places.first.dy);
    for (final place in places.skip(1)) {
      curve.lineTo(place.dx, place.dy);
    }
    final filled = Path.from(curve)
      ..lineTo(places.last.dx, area.bottom)
      ..lineTo(places.first.dx, area.bottom)
      ..close();
    final shade = LinearGradient(
      begin: Alignment.topCenter,
      end: Alignment.bottomCenter,
      colors: [colors.primary.withValues(alpha: 0.28), colors.primary.withValues(alpha: 0.02)],
    );
    canvas
      ..drawPath(filled, Paint()..shader = shade.createShader(area))
      ..drawPath(
        curve,
        Paint()
          ..color = colors.primary
          ..style = PaintingStyle.stroke
          ..strokeWidth = 2.5
          ..strokeJoin = StrokeJoin.round
          ..strokeCap = StrokeCap.round,
      );
  }

  /// Many dots would hide the curve, so then only the last one is drawn.
  void _paintDots(Canvas canvas, List<Offset> places) {
    final isCrowded = places.length > 40;
    for (final place in isCrowded ? [places.last] : places) {
      canvas
        ..drawCircle(place, 4.5, Paint()..color = colors.surfaceContainerLow)
        ..drawCircle(place, 3, Paint()..color = colors.primary);
    }
  }

  @override
  bool shouldRepaint(WeightChartPainter old) =>
      old.entries != entries ||
      old.unit != unit ||
      old.colors != colors ||
      old.style != style ||
      old.textScaler != textScaler ||
      old.chosen != chosen;
}
