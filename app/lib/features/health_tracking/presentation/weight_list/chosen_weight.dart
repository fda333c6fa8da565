import 'package:flutter/foundation.dart';
import 'package:flutter/material.dart';

import '../../../../core/presentation/moments.dart';
import '../../../../core/presentation/weight_sync_theme.dart';
import '../../domain/weight_entry.dart';
import '../weight_format.dart';
import 'weight_chart_painter.dart';

/// The mark and the text of the chosen weight, drawn over a chart: while a finger moves over the chart, only this is
/// drawn again.
class ChosenWeight extends StatelessWidget {
  /// Marks [chosen] on [chart].
  const ChosenWeight({required this.chosen, required this.chart, super.key});

  /// The chosen entry; null for none.
  final ValueListenable<WeightEntry?> chosen;

  /// Knows where an entry is drawn.
  final WeightChartPainter chart;

  @override
  Widget build(BuildContext context) => RepaintBoundary(
    child: CustomPaint(
      painter: _Mark(chosen, chart),
      child: ValueListenableBuilder(
        valueListenable: chosen,
        builder: (context, entry, _) => entry == null ? const SizedBox.shrink() : _label(context, entry),
      ),
    ),
  );

  Widget _label(BuildContext context, WeightEntry entry) {
    final text = WeightFormat.of(context).weight(entry.weight, chart.data.unit);
    return ExcludeSemantics(
      child: Align(
        alignment: Alignment(chart.data.scale.x(entry.timestamp) * 2 - 1, -1),
        child: DecoratedBox(
          decoration: BoxDecoration(color: chart.look.chartChosen, borderRadius: BorderRadius.circular(8)),
          child: Padding(
            padding: const EdgeInsets.symmetric(horizontal: 8, vertical: 2),
            child: Text(
              '$text  ·  ${Moments.of(context).when(entry.timestamp)}',
              style: Theme.of(context).textTheme.labelMedium?.copyWith(color: chart.look.onChartChosen),
            ),
          ),
        ),
      ),
    );
  }
}

class _Mark extends CustomPainter {
  _Mark(this._chosen, this._chart) : super(repaint: _chosen);

  final ValueListenable<WeightEntry?> _chosen;
  final WeightChartPainter _chart;

  WeightSyncTheme get _look => _chart.look;

  @override
  void paint(Canvas canvas, Size size) {
    final chosen = _chosen.value;
    if (chosen == null) return;
    final place = _chart.placeOf(chosen);
    final line = Paint()
      ..color = _look.chartChosen
      ..strokeWidth = 1;
    canvas
      ..drawLine(Offset(place.dx, _chart.area.top), Offset(place.dx, _chart.area.bottom), line)
      ..drawCircle(place, 7, Paint()..color = _look.chartBackground)
      ..drawCircle(place, 5.5, Paint()..color = _look.chartChosen);
  }

  @override
  bool shouldRepaint(_Mark old) => !identical(old._chart, _chart) || !identical(old._chosen, _chosen);
}
