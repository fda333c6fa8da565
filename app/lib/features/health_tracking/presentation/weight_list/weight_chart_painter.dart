import 'package:flutter/material.dart';

import '../../../../core/presentation/weight_sync_theme.dart';
import '../../domain/weight_entry.dart';
import 'chart_data.dart';
import 'chart_scale.dart';
import 'thinned.dart';

/// Draws the curve, the horizontal lines and the axis labels. Its layout is computed once.
class WeightChartPainter extends CustomPainter {
  /// Draws [data] in [size].
  WeightChartPainter({
    required this.data,
    required this.size,
    required this.look,
    required this.style,
    required this.textScaler,
    required this.locale,
    required this.numberOf,
    required this.dayOf,
    required this.textDirection,
  });

  /// The weights.
  final ChartData data;

  /// The size of the chart with its labels.
  final Size size;

  /// The colours.
  final WeightSyncTheme look;

  /// The style of the labels.
  final TextStyle style;

  /// The user's text scaling.
  final TextScaler textScaler;

  /// The locale of [numberOf] and [dayOf].
  final Locale locale;

  /// Formats a weight for the axis.
  final String Function(double) numberOf;

  /// Formats a date for the axis.
  final String Function(DateTime, {required bool isLong}) dayOf;

  /// The direction of the labels.
  final TextDirection textDirection;

  ChartScale get _scale => data.scale;

  /// The area of the curve; the labels are outside it.
  late final Rect area = Rect.fromLTRB(
    _scale.ticks.map((tick) => _text(numberOf(tick)).width).reduce((a, b) => a > b ? a : b) + 14,
    10,
    size.width - 10,
    size.height - _lineHeight - 10,
  );

  late final double _lineHeight = _text('0').height;

  late final List<Offset> _curve = thinned([for (final entry in data.entries.reversed) placeOf(entry)], area.width);

  TextPainter _text(String text) => TextPainter(
    text: TextSpan(text: text, style: style),
    textDirection: textDirection,
    textScaler: textScaler,
  )..layout();

  /// Where an entry is drawn.
  Offset placeOf(WeightEntry entry) => Offset(
    area.left + _scale.x(entry.timestamp) * area.width,
    area.bottom - _scale.y(entry.weight.valueIn(data.unit)) * area.height,
  );

  @override
  void paint(Canvas canvas, Size size) {
    _paintAxes(canvas);
    _paintCurve(canvas);
    _paintDots(canvas);
  }

  void _paintAxes(Canvas canvas) {
    final line = Paint()
      ..color = look.chartGrid
      ..strokeWidth = 1;
    // Larger text leaves room for fewer labels.
    final room = area.height / (_lineHeight * 1.3);
    final every = (_scale.lines / room).ceil().clamp(1, 100);
    for (final (i, tick) in _scale.ticks.indexed) {
      if (i % every != 0) continue;
      final y = area.bottom - _scale.y(tick) * area.height;
      final number = _text(numberOf(tick));
      canvas.drawLine(Offset(area.left, y), Offset(area.right, y), line);
      number.paint(canvas, Offset(area.left - 10 - number.width, y - number.height / 2));
    }
    final (oldest, newest) = (data.entries.last.timestamp, data.entries.first.timestamp);
    if (_scale.first == _scale.last) {
      final day = _text(dayOf(newest, isLong: false));
      day.paint(canvas, Offset(area.center.dx - day.width / 2, size.height - day.height));
      return;
    }
    final left = _text(dayOf(oldest, isLong: _scale.isLong));
    final right = _text(dayOf(newest, isLong: _scale.isLong));
    left.paint(canvas, Offset(area.left, size.height - left.height));
    if (left.width + right.width + 16 < area.width) {
      right.paint(canvas, Offset(area.right - right.width, size.height - right.height));
    }
  }

  void _paintCurve(Canvas canvas) {
    if (_curve.length < 2) return;
    final curve = Path()..moveTo(_curve.first.dx, _curve.first.dy);
    for (final place in _curve.skip(1)) {
      curve.lineTo(place.dx, place.dy);
    }
    final filled = Path.from(curve)
      ..lineTo(_curve.last.dx, area.bottom)
      ..lineTo(_curve.first.dx, area.bottom)
      ..close();
    final shade = LinearGradient(
      begin: Alignment.topCenter,
      end: Alignment.bottomCenter,
      colors: [
        look.chartFill,
        look.chartFill.withValues(alpha: look.chartFill.a / 14),
      ],
    );
    canvas
      ..drawPath(filled, Paint()..shader = shade.createShader(area))
      ..drawPath(
        curve,
        Paint()
          ..color = look.chartLine
          ..style = PaintingStyle.stroke
          ..strokeWidth = 2.5
          ..strokeJoin = StrokeJoin.round
          ..strokeCap = StrokeCap.round,
      );
  }

  /// Many dots would hide the curve, so then only the last one is drawn.
  void _paintDots(Canvas canvas) {
    final isCrowded = _curve.length > 40;
    for (final place in isCrowded ? [_curve.last] : _curve) {
      canvas
        ..drawCircle(place, 4.5, Paint()..color = look.chartBackground)
        ..drawCircle(place, 3, Paint()..color = look.chartLine);
    }
  }

  @override
  bool shouldRepaint(WeightChartPainter old) =>
      !identical(old.data, data) ||
      old.size != size ||
      old.look != look ||
      old.style != style ||
      old.textScaler != textScaler ||
      old.locale != locale ||
      old.textDirection != textDirection;
}
