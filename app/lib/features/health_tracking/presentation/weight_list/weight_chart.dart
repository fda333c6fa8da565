import 'dart:math' as math;

import 'package:flutter/material.dart';

import '../../../../core/presentation/moments.dart';
import '../../../../l10n/words.dart';
import '../../domain/weight.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import '../weight_format.dart';
import 'chart_scale.dart';
import 'weight_chart_painter.dart';

/// A chart of weights over time. A touch shows the nearest weight; screen readers read a summary.
class WeightChart extends StatefulWidget {
  /// A chart of [entries], newest first, at least one.
  const WeightChart({required this.entries, required this.unit, super.key});

  /// The entries to draw.
  final List<WeightEntry> entries;

  /// The unit of the axis.
  final WeightUnit unit;

  @override
  State<WeightChart> createState() => _WeightChartState();
}

class _WeightChartState extends State<WeightChart> {
  WeightEntry? _chosen;

  String _spoken(Words words, WeightFormat format) {
    final sorted = [...widget.entries]
      ..sort((a, b) => a.weight.valueIn(WeightUnit.kg).compareTo(b.weight.valueIn(WeightUnit.kg)));
    String write(Weight weight) => format.weight(weight, widget.unit);
    return words.chartSpoken(
      count: sorted.length,
      lowest: write(sorted.first.weight),
      highest: write(sorted.last.weight),
      latest: write(widget.entries.first.weight),
    );
  }

  void _choose(Offset place, Rect area) {
    final scale = ChartScale.of(widget.entries, widget.unit);
    final at = (place.dx - area.left) / math.max(area.width, 1);
    var nearest = widget.entries.first;
    for (final entry in widget.entries) {
      if ((scale.x(entry.timestamp) - at).abs() < (scale.x(nearest.timestamp) - at).abs()) nearest = entry;
    }
    setState(() => _chosen = nearest);
  }

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context);
    final format = WeightFormat.of(context);
    final moments = Moments.of(context);
    final isChosenShown = widget.entries.contains(_chosen);
    final painter = WeightChartPainter(
      entries: widget.entries,
      unit: widget.unit,
      colors: theme.colorScheme,
      style: theme.textTheme.labelSmall!.copyWith(color: theme.colorScheme.onSurfaceVariant),
      textScaler: MediaQuery.textScalerOf(context),
      numberOf: format.axis,
      dayOf: moments.axis,
      textDirection: Directionality.of(context),
      chosen: _chosen,
    );
    return Column(
      crossAxisAlignment: CrossAxisAlignment.stretch,
      children: [
        Semantics(
          label: _spoken(Words.of(context), format),
          image: true,
          child: LayoutBuilder(
            builder: (context, box) {
              final size = Size(box.maxWidth, 200);
              void choose(Offset place) => _choose(place, painter.areaOf(size));
              return GestureDetector(
                excludeFromSemantics: true,
                behavior: HitTestBehavior.opaque,
                onTapDown: (tap) => choose(tap.localPosition),
                onHorizontalDragUpdate: (drag) => choose(drag.localPosition),
                child: CustomPaint(size: size, painter: painter),
              );
            },
          ),
        ),
        if (isChosenShown)
          Padding(
            padding: const EdgeInsets.only(top: 8),
            child: Text(
              '${format.weight(_chosen!.weight, widget.unit)}  ·  ${moments.when(_chosen!.timestamp)}',
              textAlign: TextAlign.center,
              style: theme.textTheme.labelLarge?.copyWith(color: theme.colorScheme.tertiary),
            ),
          ),
      ],
    );
  }
}
