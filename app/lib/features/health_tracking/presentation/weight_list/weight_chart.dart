import 'dart:math' as math;

import 'package:flutter/material.dart';

import '../../../../core/presentation/moments.dart';
import '../../../../core/presentation/weight_sync_theme.dart';
import '../../../../l10n/generated/weight_words.dart';
import '../../domain/weight.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import '../weight_format.dart';
import 'chart_data.dart';
import 'chosen_weight.dart';
import 'weight_chart_painter.dart';

/// A chart of weights over time. A touch shows the nearest weight, a touch of the same one hides it; screen readers read
/// a summary.
class WeightChart extends StatefulWidget {
  /// A chart of [entries], newest first, at least one. A change of the entries needs a new list.
  const WeightChart({required this.entries, required this.unit, super.key});

  /// The entries to draw.
  final List<WeightEntry> entries;

  /// The unit of the axis.
  final WeightUnit unit;

  @override
  State<WeightChart> createState() => _WeightChartState();
}

class _WeightChartState extends State<WeightChart> {
  late ChartData _data = ChartData.of(widget.entries, widget.unit);
  final _chosen = ValueNotifier<WeightEntry?>(null);
  WeightChartPainter? _painter;

  @override
  void didUpdateWidget(WeightChart old) {
    super.didUpdateWidget(old);
    if (identical(old.entries, widget.entries) && old.unit == widget.unit) return;
    _data = ChartData.of(widget.entries, widget.unit);
    final chosen = _chosen.value;
    if (chosen == null) return;
    final nearest = _data.nearestTo(_data.scale.x(chosen.timestamp));
    _chosen.value = nearest.key == chosen.key ? nearest : null;
  }

  @override
  void dispose() {
    _chosen.dispose();
    super.dispose();
  }

  String _spoken(WeightWords words, WeightFormat format) {
    String write(Weight weight) => format.weight(weight, widget.unit);
    return words.chartSpoken(
      _data.entries.length,
      write(_data.lowest.weight),
      write(_data.highest.weight),
      write(_data.entries.first.weight),
    );
  }

  WeightEntry _at(Offset place, Rect area) => _data.nearestTo((place.dx - area.left) / math.max(area.width, 1));

  /// The painter for [size]; the last one if nothing has changed, with its layout.
  WeightChartPainter _painterFor(BuildContext context, Size size) {
    final look = WeightSyncTheme.of(context);
    final painter = WeightChartPainter(
      data: _data,
      size: size,
      look: look,
      style: Theme.of(context).textTheme.labelSmall!.copyWith(color: look.chartLabel),
      textScaler: MediaQuery.textScalerOf(context),
      locale: Localizations.localeOf(context),
      numberOf: WeightFormat.of(context).axis,
      dayOf: Moments.of(context).axis,
      textDirection: Directionality.of(context),
    );
    final old = _painter;
    return old != null && !painter.shouldRepaint(old) ? old : _painter = painter;
  }

  @override
  Widget build(BuildContext context) => Semantics(
    label: _spoken(WeightWords.of(context), WeightFormat.of(context)),
    image: true,
    child: LayoutBuilder(
      builder: (context, box) {
        final size = Size(box.maxWidth, WeightSyncTheme.of(context).chartHeight);
        final painter = _painterFor(context, size);
        return GestureDetector(
          excludeFromSemantics: true,
          behavior: HitTestBehavior.opaque,
          onTapUp: (tap) {
            final touched = _at(tap.localPosition, painter.area);
            _chosen.value = touched == _chosen.value ? null : touched;
          },
          onHorizontalDragUpdate: (drag) => _chosen.value = _at(drag.localPosition, painter.area),
          child: SizedBox.fromSize(
            size: size,
            child: Stack(
              fit: StackFit.expand,
              children: [
                RepaintBoundary(child: CustomPaint(painter: painter)),
                ChosenWeight(chosen: _chosen, chart: painter),
              ],
            ),
          ),
        );
      },
    ),
  );
}
