import 'package:flutter/material.dart';

import '../../../../l10n/generated/weight_words.dart';
import '../chart_range.dart';

/// A choice of the period that the chart shows.
class RangePicker extends StatelessWidget {
  /// Shows [range] as selected.
  const RangePicker({required this.range, required this.onChanged, super.key});

  /// The selected period.
  final ChartRange range;

  /// Called with the newly selected period.
  final ValueChanged<ChartRange> onChanged;

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
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
