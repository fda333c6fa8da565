import 'package:flutter/material.dart';

import '../../../../core/presentation/moments.dart';
import '../../../../core/presentation/weight_sync_theme.dart';
import '../../../../l10n/generated/weight_words.dart';
import '../../domain/entry_mark.dart';
import '../../domain/weight.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import '../weight_format.dart';

/// A row of the list.
class WeightEntryTile extends StatelessWidget {
  /// Shows [entry] in [unit].
  const WeightEntryTile({required this.entry, required this.unit, required this.onTap, this.before, super.key});

  /// The entry.
  final WeightEntry entry;

  /// The previous weight, for showing the change.
  final Weight? before;

  /// The unit for showing weights.
  final WeightUnit unit;

  /// Called on a tap.
  final VoidCallback onTap;

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context);
    final format = WeightFormat.of(context);
    final moments = Moments.of(context);
    final words = WeightWords.of(context);
    final look = WeightSyncTheme.of(context);
    final (icon, color, mark) = switch (entry.mark) {
      EntryMark.synced => (null, null, null),
      EntryMark.pending => (Icons.schedule, look.waiting, words.markPending),
      EntryMark.overtaken => (Icons.call_split, look.attention, words.markOvertaken),
      EntryMark.refused => (Icons.error_outline, look.problem, words.markRefused),
    };
    return MergeSemantics(
      child: ListTile(
        onTap: onTap,
        contentPadding: const EdgeInsets.symmetric(horizontal: 20, vertical: 2),
        title: Text(
          format.weight(entry.weight, unit),
          style: theme.textTheme.titleMedium?.copyWith(fontFeatures: const [FontFeature.tabularFigures()]),
        ),
        subtitle: Column(
          crossAxisAlignment: CrossAxisAlignment.start,
          children: [
            Text('${moments.day(entry.timestamp)}, ${moments.time(entry.timestamp)}'),
            if (mark != null)
              Padding(
                padding: const EdgeInsets.only(top: 2),
                child: Text.rich(
                  TextSpan(
                    children: [
                      WidgetSpan(
                        alignment: PlaceholderAlignment.middle,
                        child: Icon(icon, size: 16, color: color),
                      ),
                      TextSpan(text: ' $mark'),
                    ],
                  ),
                  style: TextStyle(color: color),
                ),
              ),
          ],
        ),
        trailing: _change(format, theme),
      ),
    );
  }

  Widget? _change(WeightFormat format, ThemeData theme) {
    if (before == null) return null;
    final change = entry.weight.valueIn(unit) - before!.valueIn(unit);
    if (format.isNothing(change, unit)) return null;
    return Text(
      format.change(change, unit),
      style: theme.textTheme.bodyMedium?.copyWith(
        color: theme.colorScheme.onSurfaceVariant,
        fontFeatures: const [FontFeature.tabularFigures()],
      ),
    );
  }
}
