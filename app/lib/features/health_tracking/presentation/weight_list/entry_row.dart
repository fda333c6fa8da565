import 'package:flutter/material.dart';

import '../../../../core/presentation/moments.dart';
import '../../../../l10n/generated/weight_words.dart';
import '../../domain/weight.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import 'weight_entry_tile.dart';

/// What a row shows.
typedef EntryRowContent = ({WeightEntry entry, Weight? before, WeightUnit unit, bool headsMonth});

/// A row of the list: the tile, which can be swiped away, below the month's name if it is the first of its month.
class EntryRow extends StatelessWidget {
  /// Shows [content].
  const EntryRow({required this.content, required this.onTap, required this.onSwipe, super.key});

  /// What the row shows.
  final EntryRowContent content;

  /// Called on a tap.
  final VoidCallback onTap;

  /// Called after a swipe. The row stays until the list no longer has its entry.
  final Future<void> Function() onSwipe;

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context);
    final tile = Dismissible(
      key: ValueKey(content.entry.key),
      direction: DismissDirection.endToStart,
      background: ColoredBox(
        color: theme.colorScheme.errorContainer,
        child: Align(
          alignment: AlignmentDirectional.centerEnd,
          child: Padding(
            padding: const EdgeInsets.symmetric(horizontal: 24),
            child: Icon(
              Icons.delete_outline,
              color: theme.colorScheme.onErrorContainer,
              semanticLabel: WeightWords.of(context).delete,
            ),
          ),
        ),
      ),
      confirmDismiss: (_) async {
        await onSwipe();
        return false;
      },
      child: WeightEntryTile(entry: content.entry, before: content.before, unit: content.unit, onTap: onTap),
    );
    return Column(
      crossAxisAlignment: CrossAxisAlignment.stretch,
      children: [
        if (content.headsMonth)
          Padding(
            padding: const EdgeInsets.fromLTRB(20, 24, 20, 4),
            child: Semantics(
              header: true,
              child: Text(
                Moments.of(context).month(content.entry.timestamp),
                style: theme.textTheme.titleSmall?.copyWith(color: theme.colorScheme.primary),
              ),
            ),
          ),
        tile,
      ],
    );
  }
}
