import 'package:flutter/material.dart';

import '../../../../core/presentation/moments.dart';
import '../../../../l10n/generated/weight_words.dart';
import '../../domain/entry_version.dart';
import '../../domain/weight_unit.dart';
import '../weight_format.dart';

/// One side of a conflict.
class VersionBox extends StatelessWidget {
  /// Shows [version] in [unit]; null means that the entry no longer exists.
  const VersionBox({
    required this.title,
    required this.version,
    required this.unit,
    required this.standsNow,
    super.key,
  });

  /// Whose version it is.
  final String title;

  /// The version.
  final EntryVersion? version;

  /// The unit for showing the weight.
  final WeightUnit unit;

  /// Whether it is the current version.
  final bool standsNow;

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context);
    final colors = theme.colorScheme;
    final words = WeightWords.of(context);
    final moments = Moments.of(context);
    final weight = version?.weight;
    final quiet = theme.textTheme.bodySmall?.copyWith(color: colors.onSurfaceVariant);
    return MergeSemantics(
      child: DecoratedBox(
        decoration: BoxDecoration(
          color: standsNow ? colors.secondaryContainer : colors.surface,
          borderRadius: BorderRadius.circular(14),
          border: Border.all(color: standsNow ? colors.secondary : colors.outlineVariant),
        ),
        child: Padding(
          padding: const EdgeInsets.all(14),
          child: Column(
            crossAxisAlignment: CrossAxisAlignment.stretch,
            children: [
              Text(title, style: theme.textTheme.labelLarge),
              if (standsNow) Text(words.standsNow, style: quiet?.copyWith(color: colors.onSecondaryContainer)),
              const SizedBox(height: 8),
              Text(
                weight == null ? words.deletedVersion : WeightFormat.of(context).weight(weight, unit),
                style: theme.textTheme.headlineSmall,
              ),
              if (version?.timestamp case final timestamp?)
                Text('${moments.date(timestamp)}, ${moments.time(timestamp)}', style: quiet),
              if (version case final version?) ...[
                const SizedBox(height: 6),
                Text(words.editedAt(moments.when(version.editedAt)), style: quiet),
              ],
            ],
          ),
        ),
      ),
    );
  }
}
