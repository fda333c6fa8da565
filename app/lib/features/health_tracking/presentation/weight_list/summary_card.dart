import 'package:flutter/material.dart';

import '../../../../core/presentation/moments.dart';
import '../../../../l10n/generated/weight_words.dart';
import '../weight_format.dart';
import 'range_picker.dart';
import 'weight_chart.dart';
import 'weight_list_view_model.dart';

/// The latest weight, the change over the period, and the chart.
class SummaryCard extends StatelessWidget {
  /// The summary of [viewModel], which has at least one entry.
  const SummaryCard({required this.viewModel, super.key});

  /// The state and actions of the list.
  final WeightListViewModel viewModel;

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context);
    final words = WeightWords.of(context);
    final format = WeightFormat.of(context);
    final moments = Moments.of(context);
    final unit = viewModel.unit;
    final latest = viewModel.entries.first;
    final quiet = theme.textTheme.bodyMedium?.copyWith(color: theme.colorScheme.onSurfaceVariant);
    final shown = viewModel.charted;
    return Card(
      child: Padding(
        padding: const EdgeInsets.all(20),
        child: Column(
          crossAxisAlignment: CrossAxisAlignment.stretch,
          children: [
            MergeSemantics(
              child: Column(
                crossAxisAlignment: CrossAxisAlignment.start,
                children: [
                  Text('${words.latest} · ${moments.when(latest.timestamp)}', style: quiet),
                  const SizedBox(height: 4),
                  Text.rich(
                    TextSpan(
                      text: format.number(latest.weight, unit),
                      style: theme.textTheme.displayMedium?.copyWith(
                        fontWeight: FontWeight.w500,
                        color: theme.colorScheme.onSurface,
                      ),
                      children: [TextSpan(text: ' ${unit.code}', style: theme.textTheme.titleLarge)],
                    ),
                  ),
                  if (viewModel.change case final change?)
                    Text(
                      format.isNothing(change, unit)
                          ? words.sameAsOn(moments.date(shown.last.timestamp))
                          : words.changeSince(format.change(change, unit), moments.date(shown.last.timestamp)),
                      style: quiet,
                    ),
                ],
              ),
            ),
            const SizedBox(height: 20),
            if (shown.isEmpty)
              Padding(
                padding: const EdgeInsets.symmetric(vertical: 56),
                child: Text(words.nothingInRange, style: quiet, textAlign: TextAlign.center),
              )
            else
              WeightChart(entries: shown, unit: unit),
            const SizedBox(height: 14),
            Center(
              child: RangePicker(range: viewModel.range, onChanged: (range) => viewModel.range = range),
            ),
          ],
        ),
      ),
    );
  }
}
