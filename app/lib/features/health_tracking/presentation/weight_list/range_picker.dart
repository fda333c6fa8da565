import 'package:flutter/material.dart';

import '../../../../l10n/words.dart';
import '../chart_range.dart';

/// Chooses how far back the chart looks.
class RangePicker extends StatelessWidget {
  /// Shows [range].
  const RangePicker({required this.range, required this.onChanged, super.key});

  /// What is chosen.
  final ChartRange range;

  /// After another was chosen.
  final ValueChanged<ChartRange> onChanged;

  @override
  Widget build(BuildContext context) {
    final words = Words.of(context);
    return Wrap(
      spacing: 8,
      runSpacing: 4,
      children: [
        for (final (choice, label, spoken) in [
          (ChartRange.month, words.rangeMonth, words.rangeMonthSpoken),
          (ChartRange.quarter, words.rangeQuarter, words.rangeQuarterSpoken),
          (ChartRange.year, words.rangeYear, words.rangeYearSpoken),
          (ChartRange.all, words.rangeAll, words.rangeAllSpoken),
        ])
          ChoiceChip(
            label: Text(label, semanticsLabel: spoken),
            selected: choice == range,
            showCheckmark: false,
            side: BorderSide.none,
            onSelected: (_) => onChanged(choice),
          ),
      ],
    );
  }
}
